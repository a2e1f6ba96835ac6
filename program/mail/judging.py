"""What the answer of a mail server means for a message."""

import re
import smtplib
import ssl

from program.mail.outcome import Kind, Outcome

_POLICY = re.compile(r"\b5\.7\.\d+")
_TOO_LARGE = 552
_MISUNDERSTANDINGS = 504  # 500 to 504 are about the conversation, not about this message


class Refused(Exception):
    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


def expect(refusal: Kind | None, code: int, answer: bytes) -> None:
    """`refusal`: what any no at this point means; else the answer itself tells."""
    if not 200 <= code < 300:
        raise Refused(judged(refusal, code, answer))


def judged(refusal: Kind | None, code: int, said: bytes | str) -> Outcome:
    answer = text_of(said)
    reason = f"{code} {answer}"[:1000]
    if code < 0:  # smtplib's way to say that the line broke
        return Outcome(refusal or Kind.LATER, f"The connection broke: {answer}", code)
    if code == _TOO_LARGE:
        return Outcome(Kind.NEVER, reason, code)
    if refusal is not None:
        return Outcome(refusal, reason, code)
    if code <= _MISUNDERSTANDINGS:
        return Outcome(Kind.LATER, reason, code)
    return Outcome(Kind.POLICY if _POLICY.search(answer) else Kind.NEVER, reason, code)


def trouble(error: Exception) -> Outcome:
    """No message can leave."""
    code = getattr(error, "smtp_code", None)
    return Outcome(Kind.TROUBLE, said(error)[:1000], code if isinstance(code, int) else None)


def said(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The server's certificate is not to be trusted: {error.verify_message}."
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"The login was refused: {error.smtp_code} {text_of(error.smtp_error)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {text_of(error.smtp_error)}"
    if isinstance(error, ConnectionError | TimeoutError | ssl.SSLError):
        return f"There is no connection with the server: {str(error) or type(error).__name__}"
    return str(error) or type(error).__name__


def text_of(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
