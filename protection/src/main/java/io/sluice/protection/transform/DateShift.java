package io.sluice.protection.transform;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.RingKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.regex.Pattern;

/**
 * {@code date-shift}: every date of a subject moved by the same number of days, never by none. The number is a keyed hash of
 * the subject, so that intervals stay and calendar days say nothing; whoever has the key and the reference can undo it.
 *
 * <p>A date stays as precise as it is and in its form, FHIR or HL7; time of day and zone stay as written. A year or a month
 * moves as its middle does. A record without a subject, what is no date, and what would leave the years 1 to 9999 fail the
 * view.
 */
final class DateShift extends Transform.OfText {
    /** Names of its keys start with it. */
    static final String KEY_PREFIX = "shift.";

    private static final int MAX_YEAR = 9_999;

    /** A time of day and a zone, as FHIR and HL7 v2 write them; 60 is a leap second. */
    private static final Pattern REST =
            Pattern.compile("(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::(?:[0-5][0-9]|60)(?:\\.[0-9]{1,9})?)?"
                    + "(?:Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])?)?"
                    + "|(?:(?:[01][0-9]|2[0-3])(?:[0-5][0-9](?:(?:[0-5][0-9]|60)(?:\\.[0-9]{1,4})?)?)?)?"
                    + "(?:[+-](?:0[0-9]|1[0-4])[0-5][0-9])?");

    private final HmacSha256 hmac;
    private final KeyId keyId;
    private final byte[] scope;
    private final int days;

    /** @param days by how many a date moves at most, either way */
    DateShift(String tenant, String domain, int days, RingKey key) {
        this.hmac = new HmacSha256(key.secret());
        this.keyId = key.id();
        this.days = days;
        this.scope = new LengthPrefixed()
                .text("sluice-date-shift")
                .u8(1)
                .text(tenant)
                .text(domain)
                .toBytes();
    }

    @Override
    KeyId keyId() {
        return keyId;
    }

    @Override
    Outcome write(String text, Field field, ViewWriter out) {
        SubjectRef subject = field.context().subjectRef();
        PartialDate date = PartialDate.parse(text);
        if (subject == null
                || date == null
                || date.year() == 0
                || !REST.matcher(date.rest()).matches()) {
            return Outcome.FAILED;
        }
        LocalDate shifted = date.middle().plusDays(shift(subject));
        boolean leadingZero = field.kind() == JsonTape.NUMBER && shifted.getYear() < 1_000;
        if (shifted.getYear() < 1 || shifted.getYear() > MAX_YEAR || leadingZero) {
            return Outcome.FAILED;
        }
        return sameType(date.written(shifted), field, out);
    }

    /** From -days to days, without 0, all alike but for what 64 bits cannot divide evenly. */
    int shift(SubjectRef subject) {
        byte[] value = subject.value().getBytes(StandardCharsets.UTF_8);
        byte[] mac = new byte[HmacSha256.BYTES];
        hmac.update(scope, 0, scope.length);
        hmac.update(value, 0, value.length);
        hmac.finish(mac, 0);
        int drawn = (int) Long.remainderUnsigned(ByteBuffer.wrap(mac).getLong(), 2L * days);
        return drawn < days ? drawn - days : drawn - days + 1;
    }
}
