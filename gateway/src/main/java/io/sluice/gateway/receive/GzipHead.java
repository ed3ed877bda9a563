package io.sluice.gateway.receive;

import java.util.zip.CRC32;

/** Reads the head of a gzip member (RFC 1952 section 2.3) byte by byte and keeps nothing of it. Not thread-safe. */
final class GzipHead {
    private static final int FIXED_BYTES = 10;
    private static final int FHCRC = 2;
    private static final int FEXTRA = 4;
    private static final int FNAME = 8;
    private static final int FCOMMENT = 16;
    private static final int RESERVED = 0xe0;

    private enum Part {
        FIXED,
        EXTRA_LENGTH,
        EXTRA,
        NAME,
        COMMENT,
        CHECK,
        OVER
    }

    private final CRC32 crc = new CRC32();
    private Part part = Part.FIXED;
    private int flags;
    /** Bytes of the part so far. */
    private int at;
    /** Two bytes, the lower one first: the length of the extra field, then the check. */
    private int number;

    /** The next byte. @return whether the head is over @throws GzipDecoder.Malformed where it is none */
    boolean feed(byte here) throws GzipDecoder.Malformed {
        int value = here & 0xff;
        int check = (int) crc.getValue() & 0xffff; // of what stands before
        crc.update(value);
        switch (part) {
            case FIXED -> fixed(value);
            case EXTRA_LENGTH -> {
                number |= value << 8 * at++;
                if (at == 2) {
                    enter(number == 0 ? Part.NAME : Part.EXTRA);
                }
            }
            case EXTRA -> {
                if (++at == number) {
                    enter(Part.NAME);
                }
            }
            case NAME -> {
                if (value == 0) {
                    enter(Part.COMMENT);
                }
            }
            case COMMENT -> {
                if (value == 0) {
                    enter(Part.CHECK);
                }
            }
            case CHECK -> {
                int expected = at == 0 ? check & 0xff : number;
                if (value != expected) {
                    throw new GzipDecoder.Malformed("the check of the gzip head is wrong");
                }
                number = check >> 8;
                if (++at == 2) {
                    enter(Part.OVER);
                }
            }
            case OVER -> throw new IllegalStateException("The head is over");
        }
        return part == Part.OVER;
    }

    private void fixed(int value) throws GzipDecoder.Malformed {
        boolean good =
                switch (at) {
                    case 0 -> value == 0x1f;
                    case 1 -> value == 0x8b;
                    case 2 -> value == 8; // DEFLATE
                    case 3 -> (value & RESERVED) == 0;
                    default -> true; // time, hints, system
                };
        if (!good) {
            throw new GzipDecoder.Malformed("it does not begin as a gzip member");
        }
        flags = at == 3 ? value : flags;
        if (++at == FIXED_BYTES) {
            enter(Part.EXTRA_LENGTH);
        }
    }

    /** Goes to a part, or to the first behind it that is there. */
    private void enter(Part next) {
        at = 0;
        if (part != Part.EXTRA_LENGTH || next != Part.EXTRA) {
            number = 0;
        }
        part = next;
        boolean there =
                switch (next) {
                    case EXTRA_LENGTH -> (flags & FEXTRA) != 0;
                    case NAME -> (flags & FNAME) != 0;
                    case COMMENT -> (flags & FCOMMENT) != 0;
                    case CHECK -> (flags & FHCRC) != 0;
                    default -> true;
                };
        if (!there) {
            enter(next == Part.EXTRA_LENGTH ? Part.NAME : Part.values()[next.ordinal() + 1]);
        }
    }
}
