"""MAVLink frames and messages: bytes in, checked and unpacked; signed and packed, bytes out."""
