package io.sluice.protection.transform;

/** The check digit of card and provider numbers (ISO/IEC 7812-1 Annex B). Stateless. */
final class Luhn {
    private Luhn() {}

    /** The digit that makes the first {@code length} digits, each a byte of 0 to 9, a number with a right check digit. */
    static byte digit(byte[] digits, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            int doubled = (length - i) % 2 == 1 ? digits[i] * 2 : digits[i];
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return (byte) ((10 - sum % 10) % 10);
    }
}
