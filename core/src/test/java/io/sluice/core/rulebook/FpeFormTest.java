package io.sluice.core.rulebook;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.rulebook.FpeForm.Alphabet;
import org.junit.jupiter.api.Test;

class FpeFormTest {
    @Test
    void aMillionValuesAreEnough() {
        assertThatCode(() -> new FpeForm(Alphabet.DIGITS, 16, 6, 4, false)).doesNotThrowAnyException();
        assertThatCode(() -> new FpeForm(Alphabet.DIGITS, 7, 0, 0, true)).doesNotThrowAnyException();
        assertThatCode(() -> new FpeForm(Alphabet.BASE62, 4, 0, 0, false)).doesNotThrowAnyException();
    }

    @Test
    void fewerAreRefused() {
        assertRefused(Alphabet.DIGITS, 5, 0, 0, false, "100000 values"); // a ZIP code
        assertRefused(Alphabet.DIGITS, 16, 8, 4, false, "10000 values"); // a card by its BIN of 8 and its last 4
        assertRefused(
                Alphabet.DIGITS, 16, 10, 0, true, "100000 values"); // as if BIN, 4 more and the check digit stayed
        assertRefused(Alphabet.BASE62, 3, 0, 0, false, "238328 values");
        assertRefused(Alphabet.DIGITS, 4, 4, 4, false, "1 values");
    }

    @Test
    void contradictionsAreRefused() {
        assertRefused(Alphabet.DIGITS, 16, 6, 1, true, "keep-last");
        assertRefused(Alphabet.UPPER, 16, 0, 0, true, "alphabet digits");
        assertRefused(Alphabet.DIGITS, 257, 0, 0, false, "min-length");
        assertRefused(Alphabet.DIGITS, 16, -9, 0, false, "at least 0");
    }

    private static void assertRefused(Alphabet alphabet, int length, int first, int last, boolean luhn, String why) {
        assertThatThrownBy(() -> new FpeForm(alphabet, length, first, last, luhn))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
