package io.sluice.core.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EightBytesTest {
    private static final int ROUNDS = 50_000;
    /** Neighbours of what is looked for, and what UTF-8 turns on. */
    private static final int[] BYTES = {
        '\n',
        '\n' - 1,
        '\n' + 1,
        '\n' + 0x80,
        0,
        0x7f,
        0x80,
        0x8f,
        0x90,
        0x9f,
        0xa0,
        0xbf,
        0xc0,
        0xc1,
        0xc2,
        0xdf,
        0xe0,
        0xed,
        0xef,
        0xf0,
        0xf4,
        0xf5,
        0xff,
    };

    @Test
    void findsTheFirstByte() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = bytes(random);
            byte wanted = (byte) BYTES[random.nextInt(BYTES.length)];
            int from = random.nextInt(bytes.length + 1);
            int at = from;
            while (at < bytes.length && bytes[at] != wanted) {
                at++;
            }
            assertThat(EightBytes.indexOf(wanted, bytes, from))
                    .as("seed %d", seed)
                    .isEqualTo(at);
        }
    }

    @Test
    void findsUtf8WellFormedWhereTheJdkDoes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int valid = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = random.nextBoolean() ? bytes(random) : text(random);
            boolean ours = Utf8.isValid(bytes);
            assertThat(ours).as("seed %d", seed).isEqualTo(decodes(bytes));
            valid += ours ? 1 : 0;
        }
        assertThat(valid).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(24)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextBoolean() ? 'a' : BYTES[random.nextInt(BYTES.length)]);
        }
        return bytes;
    }

    /** Valid, with one byte of it changed now and then. */
    private static byte[] text(Random random) {
        StringBuilder text = new StringBuilder();
        int[] codePoints = {'a', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};
        for (int chars = random.nextInt(8); chars > 0; chars--) {
            text.appendCodePoint(codePoints[random.nextInt(codePoints.length)]);
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextInt(3) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static boolean decodes(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)); // a new one reports faults
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
