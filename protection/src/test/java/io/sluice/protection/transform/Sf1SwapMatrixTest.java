package io.sluice.protection.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A field opens where it was written, and nowhere else that its form tells apart. */
class Sf1SwapMatrixTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String RECORD =
            "{\"field\":\"42\",\"other\":\"42\",\"number\":42,\"in\":[{\"field\":\"42\"}]}";

    /** The parts of a place. */
    private enum Part {
        TENANT,
        DATASET,
        SUBJECT,
        RECORD_ID,
        PATH,
        PURPOSE
    }

    /** A place with its tenant; part by part another one. */
    private record Spot(String tenant, String dataset, String subject, String record, String path, String purpose) {
        static final Spot HOME = new Spot("dev", "patients", "s1_aebagbafaydqqcikbmga2dqpca", "r1_a", "/field", "care");

        Spot with(Part part) {
            return switch (part) {
                case TENANT -> new Spot("prod", dataset, subject, record, path, purpose);
                case DATASET -> new Spot(tenant, "claims", subject, record, path, purpose);
                case SUBJECT -> new Spot(tenant, dataset, "s1_bebagbafaydqqcikbmga2dqpca", record, path, purpose);
                case RECORD_ID -> new Spot(tenant, dataset, subject, "r1_b", path, purpose);
                case PATH -> new Spot(tenant, dataset, subject, record, "/other", purpose);
                case PURPOSE -> new Spot(tenant, dataset, subject, record, path, "research");
            };
        }

        Sf1Place place() {
            return new Sf1Place(dataset, subject, record, path, purpose);
        }
    }

    /** A form as a rulebook writes it, and the parts that it is not bound to. */
    private record Form(String transform, Set<Part> unbound) {
        @Override
        public String toString() {
            return transform;
        }
    }

    static List<Form> forms() {
        Set<Part> none = EnumSet.noneOf(Part.class);
        Set<Part> record = EnumSet.of(Part.RECORD_ID);
        Set<Part> both = EnumSet.of(Part.RECORD_ID, Part.SUBJECT);
        return List.of(
                new Form("encrypt domain=care", none),
                new Form("encrypt domain=care bind=subject", record),
                new Form("encrypt domain=care bind=dataset pad=true", both),
                new Form("encrypt domain=care commit=true", none),
                new Form("encrypt domain=care commit=true bind=subject pad=true", record),
                new Form("encrypt domain=care commit=true bind=dataset", both),
                new Form("encrypt-deterministic domain=care bind=subject", record),
                new Form("encrypt-deterministic domain=care", both),
                new Form("encrypt-deterministic domain=care bind=dataset pad=true", both));
    }

    /** From each place to each other: pairs differ in one part or in two. */
    @ParameterizedTest
    @MethodSource("forms")
    void opensOnlyWhereAllThatItIsBoundToIsTheSame(Form form) throws Exception {
        int refused = 0;
        for (Part from : Part.values()) {
            Spot written = Spot.HOME.with(from);
            String field = encrypted(form, written, written.path());
            assertOpens(field, written);
            for (Part to : Part.values()) {
                Spot elsewhere = Spot.HOME.with(to);
                boolean same = from == to || form.unbound.contains(from) && form.unbound.contains(to);
                refused += check(field, elsewhere, same);
            }
            refused += check(field, Spot.HOME, form.unbound.contains(from));
            refused += check(encrypted(form, Spot.HOME, "/field"), written, form.unbound.contains(from));
        }
        int unbound = form.unbound.size();
        assertThat(refused).isEqualTo(6 * 5 - unbound * (unbound - 1) + 2 * (6 - unbound));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void refusesEveryFlippedBitAndEveryOtherType(Form form) throws Exception {
        String field = encrypted(form, Spot.HOME, "/field");
        byte[] body = body(field);
        for (int bit = 0; bit < body.length * 8; bit++) {
            byte[] flipped = body.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(open(text(flipped), Spot.HOME)).as("bit " + bit).isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
        }
        for (int flags = 0; flags < 256; flags++) {
            byte[] other = body.clone();
            other[2] = (byte) flags;
            check(text(other), Spot.HOME, other[2] == body[2]);
        }
        for (int length = 0; length < body.length; length++) {
            check(text(Arrays.copyOf(body, length)), Spot.HOME, false);
        }
    }

    /** A number where a text stood, a text where a number stood, and an element where its array's field stood. */
    @ParameterizedTest
    @MethodSource("forms")
    void refusesAFieldInThePlaceOfAnother(Form form) throws Exception {
        assertOpens(encrypted(form, Spot.HOME, "/number"), at("/number"));
        check(encrypted(form, Spot.HOME, "/number"), at("/field"), false);
        check(encrypted(form, Spot.HOME, "/field"), at("/number"), false);
        check(encrypted(form, Spot.HOME, "/field"), at("/in/0/field"), false);
        check(encrypted(form, Spot.HOME, "/in/0/field"), at("/field"), false);
        assertOpens(encrypted(form, Spot.HOME, "/in/0/field"), at("/in/0/field"));
    }

    private static Spot at(String path) {
        Spot home = Spot.HOME;
        return new Spot(home.tenant, home.dataset, home.subject, home.record, path, home.purpose);
    }

    /** One where the field was refused, as it had to be. */
    private static int check(String field, Spot spot, boolean opens) {
        if (opens) {
            assertOpens(field, spot);
            return 0;
        }
        assertThat(open(field, spot)).as(spot.toString()).isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
        return 1;
    }

    private static void assertOpens(String field, Spot spot) {
        assertThat(open(field, spot))
                .as(spot.toString())
                .isInstanceOfSatisfying(
                        Sf1Answer.Ok.class, ok -> assertThat(ok.text()).isEqualTo("42"));
    }

    private static Sf1Answer open(String field, Spot spot) {
        return new Sf1Opener(FieldKeys.ofRing(Plans.RING), spot.tenant).open(field, spot.place());
    }

    /** Writes the view that the spot says and takes the field from it. */
    private static String encrypted(Form form, Spot spot, String path) throws Exception {
        Protector protector = new Protector(spot.tenant, Plans.RING, new SecureRandom(), ViewLimits.DEFAULT);
        ProtectionPlan plan = new ProtectionPlan(
                "anybody",
                spot.purpose,
                spot.dataset,
                Dataset.Format.JSON,
                List.of(
                        new FieldRule(FieldPattern.parse("/*"), Plans.transform(form.transform), "test#1"),
                        new FieldRule(FieldPattern.parse("/in/*/field"), Plans.transform(form.transform), "test#2")),
                Dataset.Undeclared.DROP,
                Envelope.CLOSED);
        protector.read(RECORD.getBytes(UTF_8));
        View view = protector.protect(
                protector.compile(plan), new RecordContext(Plans.DAY, new SubjectRef(spot.subject), spot.record));
        JsonNode json = MAPPER.readTree(((View.Protected) view).bytes());
        return json.at(path).asText();
    }

    private static byte[] body(String field) {
        return Base64.getUrlDecoder().decode(field.substring(4));
    }

    private static String text(byte[] body) {
        return "sf1." + Base64.getUrlEncoder().withoutPadding().encodeToString(body);
    }
}
