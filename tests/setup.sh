#!/usr/bin/env bash
# Installs what the tests need beside Python: Chromium, the iCalendar judges, an IMAP server and the accessibility checker.
# What cannot be installed here is named, and the tests that need it say why they are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
command -v cc >/dev/null || missing+=(gcc libc6-dev)
[ -f /usr/include/libical/ical.h ] || missing+=(libical-dev)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
[ -x /usr/sbin/dovecot ] || command -v dovecot >/dev/null || missing+=(dovecot-imapd)

if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  echo "Installing for the tests: ${missing[*]}"
  if ! { "${as_root[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/tmp/leergang-setup.log 2>&1; then
    echo "These could not be installed (see /tmp/leergang-setup.log): ${missing[*]}"
    echo "Install them yourself; tests that need them are skipped until then."
  fi
  # the tests start a Dovecot of their own; this machine needs none that listens
  [[ " ${missing[*]} " != *" dovecot-imapd "* ]] || "${as_root[@]}" systemctl disable --now dovecot >/dev/null 2>&1 || true
fi

if [ -f tests/package-lock.json ] && command -v npm >/dev/null \
  && ! cmp -s tests/package-lock.json tests/node_modules/.installed; then
  npm ci --prefix tests --silent --no-audit --no-fund --ignore-scripts
  cp tests/package-lock.json tests/node_modules/.installed
fi
