package io.sluice.protection.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keytree.Applied;
import io.sluice.protection.keytree.Erasure;
import io.sluice.protection.keytree.LeasedKey;
import io.sluice.protection.keytree.Owners;
import io.sluice.protection.keytree.RegistryLimits;
import io.sluice.protection.keytree.SignedAnnouncement;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.keytree.SubjectUse;
import io.sluice.protection.keytree.TreeFolder;
import io.sluice.protection.keytree.TreePublisher;
import io.sluice.protection.text.TextDropped;
import io.sluice.protection.text.TextMasker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code encrypt} with {@code key: subject}, from the view to its opening, and after an erasure. */
class SubjectFieldKeysTest {
    private static final SubjectRef ANNA = new SubjectRef("s1_aebagbafaydqqcikbmga2dqpca");
    private static final SubjectRef BEN = new SubjectRef("s1_bbbbbbbbbbbbbbbbbbbbbbbbbb");

    @TempDir
    Path folder;

    @Test
    void aFieldOpensUntilItsSubjectIsErased() throws PlanRefusedException {
        CustodianKey custodian =
                CustodianKey.readOrCreate(folder.resolve("custodian.pem"), folder.resolve("public.pem"));
        Keystore fields = Keystore.openOrCreate(folder.resolve("fields"), folder.resolve("password"), Plans.TENANT);
        TreeFolder trees = new TreeFolder(folder.resolve("trees"));
        TreePublisher publisher = new TreePublisher(Plans.TENANT, fields, trees, Clock.systemUTC(), new SecureRandom());
        SubjectKeys keys = new SubjectKeys(
                Plans.TENANT,
                custodian.publicKey(),
                fields,
                trees,
                RegistryLimits.DEFAULT,
                Clock.systemUTC(),
                System::nanoTime);
        assertThat(keys.accept(SignedAnnouncement.sign(publisher.create(1), custodian)))
                .isEqualTo(Applied.APPLIED);
        FieldKeys subjects = FieldKeys.ofSubjects(keys);
        FieldKeys all = FieldKeys.of(fields.ring(), keys);

        View.Protected view = (View.Protected) view(keys, ANNA);
        String anna = value(view);
        assertThat(view.keys())
                .containsExactly(
                        ((LeasedKey) keys.current(Owners.of(ANNA))).id().hex());
        String ben = value((View.Protected) view(keys, BEN));
        for (FieldKeys each : List.of(subjects, all)) {
            assertThat(open(each, anna, ANNA, "/a")).isEqualTo(new Sf1Answer.Ok(Sf1Type.STRING, "999-67-4006"));
            assertThat(open(each, ben, BEN, "/a")).isEqualTo(new Sf1Answer.Ok(Sf1Type.STRING, "999-67-4006"));
            assertThat(open(each, anna, BEN, "/a")).as("another's").isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
            assertThat(open(each, anna, ANNA, "/b")).as("moved").isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
            for (Sf1Place other : List.of(
                    new Sf1Place("test-data", "", "r1_abc", "/a", "treatment"),
                    new Sf1Place("other-data", ANNA.value(), "r1_abc", "/a", "treatment"),
                    new Sf1Place("test-data", ANNA.value(), "r1_abd", "/a", "treatment"),
                    new Sf1Place("test-data", ANNA.value(), "r1_abc", "/a", "payment"))) {
                assertThat(new Sf1Opener(each, Plans.TENANT).open(anna, other))
                        .as(other.toString())
                        .isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
            }
        }
        byte[] body = Base64.getUrlDecoder().decode(anna.substring("sf1.".length()));
        for (int i = 0; i < body.length; i++) { // every bit, of the same suite, in Sf1SwapMatrixTest
            byte[] flipped = body.clone();
            flipped[i] ^= (byte) (1 << i % 8);
            String text = "sf1." + Base64.getUrlEncoder().withoutPadding().encodeToString(flipped);
            assertThat(open(subjects, text, ANNA, "/a")).as("byte " + i).isEqualTo(Sf1Answer.Refused.AUTH_FAILED);
        }
        String domains = Plans.text(Plans.json("/a", "encrypt domain=d"), "{\"a\":1}");
        assertThat(open(subjects, domains.substring(6, domains.length() - 2), ANNA, "/a"))
                .isEqualTo(Sf1Answer.Refused.AUTH_FAILED);

        keys.accept(SignedAnnouncement.sign(publisher.erase(1, List.of(new Erasure(ANNA, 0)), 1), custodian));

        String returned = value((View.Protected) view(keys, ANNA));
        for (FieldKeys each : List.of(subjects, all)) {
            assertThat(open(each, anna, ANNA, "/a")).isEqualTo(Sf1Answer.Refused.KEY_SHREDDED);
            assertThat(open(each, returned, ANNA, "/a")).isInstanceOf(Sf1Answer.Ok.class);
            assertThat(open(each, ben, BEN, "/a")).isInstanceOf(Sf1Answer.Ok.class);
        }
        keys.close();
        for (FieldKeys each : List.of(subjects, all)) {
            assertThat(open(each, ben, BEN, "/a")).isEqualTo(Sf1Answer.Refused.KEY_UNAVAILABLE);
        }
    }

    @Test
    void withoutTheSubjectsKeyNothingGoesOut() throws PlanRefusedException {
        assertThat(view(null, ANNA)).isEqualTo(new View.Failed(ReasonCode.TRANSFORM_FAILED));
        for (String refused : List.of(
                "encrypt key=subject domain=d",
                "encrypt key=subject commit=true",
                "encrypt key=subject bind=dataset",
                "encrypt key=kms domain=d")) {
            assertThatThrownBy(() -> Plans.protector().compile(Plans.json("/a", refused)))
                    .as(refused)
                    .isInstanceOf(PlanRefusedException.class);
        }
    }

    private static View view(@Nullable SubjectKeys keys, SubjectRef subject) throws PlanRefusedException {
        Protector protector = Plans.protector();
        CompiledPlan plan = protector.compile(Plans.json("/a", "encrypt key=subject"));
        assertThat(plan.subjectUses()).containsExactly(SubjectUse.FIELDS);
        protector.read("{\"a\":\"999-67-4006\"}".getBytes(StandardCharsets.UTF_8));
        SubjectFieldKey own = null;
        if (keys != null) {
            LeasedKey leased = (LeasedKey) keys.current(Owners.of(subject));
            SecretBytes secret = leased.derive(SubjectUse.FIELDS).orElseThrow();
            own = new SubjectFieldKey(leased.id(), secret);
        }
        return protector.protect(
                plan,
                new RecordContext(
                        Plans.DAY,
                        subject,
                        "r1_abc",
                        TextMasker.closed(TextDropped.SUBJECT_UNKNOWN),
                        Pseudonyms.NONE,
                        own));
    }

    private static String value(View.Protected view) {
        String text = new String(view.bytes(), StandardCharsets.UTF_8);
        return text.substring("{\"a\":\"".length(), text.length() - 2);
    }

    private static Sf1Answer open(FieldKeys keys, String value, SubjectRef subject, String path) {
        return new Sf1Opener(keys, Plans.TENANT)
                .open(value, new Sf1Place("test-data", subject.value(), "r1_abc", path, "treatment"));
    }
}
