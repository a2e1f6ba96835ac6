/* libical.c FILE…: parses each calendar with libical (Evolution, KDE, Cyrus) and checks it against the tables of
 * RFC 5545 and, per METHOD, RFC 5546. Prints a line for each complaint; silence is approval. */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>

static int complaints(icalcomponent *part, const char *file) {
  int count = 0;
  icalproperty *said = icalcomponent_get_first_property(part, ICAL_XLICERROR_PROPERTY);
  for (; said; said = icalcomponent_get_next_property(part, ICAL_XLICERROR_PROPERTY), count++)
    printf("%s: %s: %s\n", file, icalcomponent_kind_to_string(icalcomponent_isa(part)), icalproperty_get_xlicerror(said));
  icalcomponent *inner = icalcomponent_get_first_component(part, ICAL_ANY_COMPONENT);
  for (; inner; inner = icalcomponent_get_next_component(part, ICAL_ANY_COMPONENT)) count += complaints(inner, file);
  return count;
}

static char *contents(const char *name) {
  FILE *file = fopen(name, "rb");
  if (!file || fseek(file, 0, SEEK_END)) return NULL;
  long size = ftell(file);
  char *text = calloc(size + 1, 1);
  rewind(file);
  if (fread(text, 1, size, file) != (size_t)size) return NULL;
  fclose(file);
  return text;
}

int main(int argc, char **argv) {
  int failed = 0;
  icalerror_set_errors_are_fatal(0);
  ical_set_unknown_token_handling_setting(ICAL_ASSUME_IANA_TOKEN);
  for (int i = 1; i < argc; i++) {
    char *text = contents(argv[i]);
    icalcomponent *calendar = text ? icalparser_parse_string(text) : NULL;
    if (!calendar) { printf("%s: cannot be parsed\n", argv[i]); failed = 1; continue; }
    int allowed = icalrestriction_check(calendar);
    if (!allowed) printf("%s: breaks a restriction\n", argv[i]);
    if (complaints(calendar, argv[i]) || !allowed) failed = 1;
    icalcomponent_free(calendar);
    free(text);
  }
  return failed;
}
