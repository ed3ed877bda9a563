package io.sluice.policies.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.ReturnLimit;
import io.sluice.core.decision.Rollout;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.Shipped;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.build.ArchiveRefusedException;
import io.sluice.policies.build.BundleArchive;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.BundleFiles;
import io.sluice.policies.build.BundleSignature;
import io.sluice.policies.check.Features;
import io.sluice.policies.evaluate.HistoryEntry.State;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.BundleRefusedException.Code;
import io.sluice.policies.verify.TrustRoot;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What reaches a gateway or a task by {@code policy.bundles} and is not a signed, approved, newer revision in its time is
 * refused, each for its reason, and what was in force stays (promise P9).
 */
class RevisionAttackTest {
    private static final OfficerKey ADA = OfficerKey.generate("ada");
    private static final OfficerKey GRACE = OfficerKey.generate("grace");
    private static final OfficerKey LINUS = OfficerKey.generate("linus");
    private static final TrustRoot ROOT = new TrustRoot(
            Shipped.TENANT,
            Shipped.root().bundleKeys(),
            new Approvers(
                    1,
                    new TreeMap<>(
                            Map.of("ada", ADA.publicKey(), "grace", GRACE.publicKey(), "linus", LINUS.publicKey())),
                    Set.of("grace")));

    /** One build, and what the others make of its content. */
    private static final class Built {
        static final BundleBuilder.Built FIRST = Shipped.builder()
                .build(closed(), Features.DEFAULT, Shipped.TENANT, 1, Shipped.NOT_BEFORE, Shipped.EXPIRES, ADA);
        static final BundleBuilder.Built SECOND = again(FIRST, 2, ADA);
        static final BundleBuilder.Built THIRD = again(FIRST, 3, null);
        static final BundleBuilder.Built OPENING = again(Shipped.built(), 4, ADA);
        static final BundleBuilder.Built EXPIRED = Shipped.builder()
                .again(FIRST.archive(), FIRST.metadata(), 5, Shipped.NOT_BEFORE, Shipped.NOW.minusSeconds(1), ADA);
    }

    private final List<BundleRefusedException> refused = new ArrayList<>();
    private final PolicyStore store = PolicyStore.recordsOnly(ROOT, refused::add);

    /**
     * An attack on a room that holds revision 1.
     *
     * @param bundle the archive that it sends
     * @param approvals over it
     */
    private record Attack(String name, Code code, String reason, BundleBuilder.Built bundle, Approvals approvals) {
        Attack(String name, Code code, String reason, BundleBuilder.Built bundle, OfficerKey... officers) {
            this(name, code, reason, bundle, signed(bundle, officers));
        }
    }

    private static List<Attack> attacks() throws Exception {
        BundleBuilder.Built second = Built.SECOND;
        return List.of(
                new Attack(
                        "unsigned",
                        Code.SIGNATURE,
                        "not signed",
                        changed(files -> files.remove(BundleFiles.SIGNATURES)),
                        LINUS),
                new Attack(
                        "signed with a key that nobody trusts",
                        Code.SIGNATURE,
                        "does not verify",
                        changed(files -> resign(files, KeyUse.BUNDLE.generate())),
                        LINUS),
                new Attack(
                        "one file altered",
                        Code.SIGNATURE,
                        "data.json is not what was signed",
                        changed(files -> files.computeIfPresent(
                                BundleFiles.DATA,
                                (name, data) -> new String(data, StandardCharsets.UTF_8)
                                        .replaceFirst("\"drop\"", "\"keep\"")
                                        .getBytes(StandardCharsets.UTF_8))),
                        LINUS),
                new Attack(
                        "one file more",
                        Code.SIGNATURE,
                        "rego/more.rego is not what was signed",
                        changed(files -> files.put("rego/more.rego", "package more".getBytes(StandardCharsets.UTF_8))),
                        LINUS),
                new Attack(
                        "one file less",
                        Code.SIGNATURE,
                        "policy.wasm is missing",
                        changed(files -> files.remove(BundleFiles.WASM)),
                        LINUS),
                new Attack(
                        "the revision in force again", Code.REVISION, "not newer than revision 1", Built.FIRST, GRACE),
                new Attack("expired", Code.TIME, "valid from", Built.EXPIRED, LINUS),
                new Attack("of nobody", Code.APPROVALS, "0 of 1 approvals", second),
                new Attack(
                        "with approvals of another digest",
                        Code.APPROVALS,
                        "for another bundle",
                        second,
                        signed(Built.THIRD, LINUS, GRACE)),
                new Attack("with signatures over another digest", Code.APPROVALS, "0 of 1 approvals", second, moved()),
                new Attack("one approver under two names", Code.APPROVALS, "0 of 1 approvals", second, renamed()),
                new Attack("approved by a stranger", Code.APPROVALS, "0 of 1", second, OfficerKey.generate("linus")),
                new Attack(
                        "approved by its author alone",
                        Code.APPROVALS,
                        "its author, ada, cannot be the only",
                        second,
                        ADA),
                new Attack(
                        "its author in nobody's name, approved by one",
                        Code.APPROVALS,
                        "names no author",
                        Built.THIRD,
                        ADA),
                new Attack(
                        "its author's name taken from another bundle",
                        Code.APPROVALS,
                        "names no author",
                        borrowed(),
                        ADA),
                new Attack(
                        "opens a special category, no dpo looked",
                        Code.APPROVALS,
                        "role dpo has to approve it: grace",
                        Built.OPENING,
                        ADA,
                        LINUS),
                new Attack("a link", Code.ARCHIVE, "no regular file", tar("data.json", '2', 0)),
                new Attack("a hard link", Code.ARCHIVE, "no regular file", tar("data.json", '1', 0)),
                new Attack(
                        "a path that climbs", Code.ARCHIVE, "not a plain relative path", tar("../data.json", '0', 0)),
                new Attack("an absolute path", Code.ARCHIVE, "not a plain relative path", tar("//etc/passwd", '0', 0)),
                new Attack(
                        "a bomb",
                        Code.ARCHIVE,
                        "unpacks to more than",
                        tar("data.json", '0', BundleArchive.MAX_CONTENT_BYTES + 1)));
    }

    @Test
    void eachIsRefusedAndTheLastGoodRevisionStays() throws Exception {
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 1);
        assertThat(refused).isEmpty();
        long number = 1;
        for (Attack attack : attacks()) {
            publish(attack.bundle(), attack.approvals(), ++number);

            assertThat(refused).as(attack.name()).singleElement().satisfies(reason -> {
                assertThat(reason.code()).isEqualTo(attack.code());
                assertThat(reason).hasMessageContaining(attack.reason());
            });
            assertThat(store.inForce(Shipped.NOW).orElseThrow().number()).isEqualTo(1);
            refused.clear();
        }
    }

    @Test
    void anOlderRevisionPlayedAgainIsRefused() {
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 1);
        publish(Built.SECOND, signed(Built.SECOND, LINUS), 2);
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 3);
        assertThat(refused)
                .singleElement()
                .satisfies(reason -> assertThat(reason.code()).isEqualTo(Code.REVISION));
        assertThat(store.inForce(Shipped.NOW).orElseThrow().number()).isEqualTo(2);
    }

    /** The first revision opens all that it opens: without the officer of that role none is ever in force. */
    @Test
    void theFirstRevisionTakesTheDpoToo() {
        publish(Built.FIRST, signed(Built.FIRST, ADA, LINUS), 1);
        assertThat(refused)
                .singleElement()
                .satisfies(reason -> assertThat(reason.code()).isEqualTo(Code.APPROVALS));
        assertThat(store.newest()).isEmpty();
    }

    /** What is refused above for want of somebody is accepted with them: the rules bind no tighter than they say. */
    @Test
    void theSameBundlesAreAcceptedFromTheRightOfficers() {
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 1);
        publish(Built.SECOND, signed(Built.SECOND, LINUS), 2); // opens nothing more: any other officer is enough
        publish(Built.THIRD, signed(Built.THIRD, ADA, LINUS), 3); // two of them: one of them did not write it
        publish(Built.OPENING, signed(Built.OPENING, GRACE), 4);
        assertThat(refused).isEmpty();
        assertThat(store.newest().orElseThrow().number()).isEqualTo(4);
    }

    /** Going back may open what was closed since: it is a new revision, approved as any. */
    @Test
    void theWayBackOpensAgainAndTakesTheDpo() {
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 1);
        publish(Built.OPENING, signed(Built.OPENING, GRACE), 2);
        BundleBuilder.Built closing = again(Built.FIRST, 5, ADA);
        publish(closing, signed(closing, LINUS), 3);
        assertThat(refused).isEmpty();

        BundleBuilder.Built opening = again(Built.OPENING, 6, ADA);
        publish(opening, signed(opening, LINUS), 4);
        assertThat(refused)
                .singleElement()
                .satisfies(reason -> assertThat(reason).hasMessageContaining("role dpo"));
        publish(opening, signed(opening, GRACE), 5);
        assertThat(store.newest().orElseThrow().number()).isEqualTo(5);
        assertThat(store.newest().orElseThrow().bundle().document())
                .isEqualTo(store.activation(2).orElseThrow().bundle().document());
    }

    /** To open something to a share of the subjects is a disclosure, whoever approved it. */
    @Test
    void aCanaryAndAFloorThatOpenAreRefused() {
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 1);
        put(Built.OPENING, signed(Built.OPENING, GRACE));
        activate(2, Built.FIRST, canary(Built.OPENING, 500));
        activate(3, Built.OPENING, new Rollout(null, null, true));
        assertThat(refused).hasSize(2).allSatisfy(reason -> {
            assertThat(reason.code()).isEqualTo(Code.WIDENS);
            assertThat(reason).hasMessageContaining("fhir-claim for research: /");
        });
        assertThat(store.newest().orElseThrow().number()).isEqualTo(1);
        assertThat(store.newestFloor()).isZero();
    }

    /** A canary decides, so it is verified as the active revision is; and it stands beside what is in force alone. */
    @Test
    void aCanaryIsVerifiedAsWhatDecides() {
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 1);
        List<BundleBuilder.Built> stolen = List.of(changed(files -> resign(files, KeyUse.BUNDLE.generate())));
        put(stolen.get(0), signed(stolen.get(0), LINUS));
        activate(2, Built.FIRST, canary(stolen.get(0), 500));
        put(Built.SECOND, signed(Built.SECOND));
        activate(3, Built.FIRST, canary(Built.SECOND, 500));
        put(Built.EXPIRED, signed(Built.EXPIRED, LINUS));
        activate(4, Built.FIRST, canary(Built.EXPIRED, 500));
        BundleBuilder.Built brief = Shipped.builder()
                .again(
                        Built.FIRST.archive(),
                        Built.FIRST.metadata(),
                        6,
                        Shipped.NOT_BEFORE,
                        Shipped.EXPIRES.minusSeconds(1),
                        ADA);
        put(brief, signed(brief, LINUS));
        activate(5, Built.FIRST, canary(brief, 500));
        put(Built.SECOND, signed(Built.SECOND, LINUS));
        put(Built.THIRD, signed(Built.THIRD, ADA, LINUS));
        activate(6, Built.SECOND, canary(Built.THIRD, 500));
        activate(7, Built.FIRST, canary(Built.FIRST, 500));
        assertThat(refused.stream().map(BundleRefusedException::code))
                .containsExactly(Code.SIGNATURE, Code.APPROVALS, Code.TIME, Code.TIME, Code.ACTIVATION, Code.REVISION);
        refused.clear();

        activate(8, Built.FIRST, canary(Built.SECOND, 500));
        assertThat(refused).isEmpty();
        assertThat(store.activation(8).orElseThrow().bundle().revision()).isEqualTo(1);
        assertThat(store.canary(8).orElseThrow().bundle().revision()).isEqualTo(2);
        assertThat(store.nextRevision()).isEqualTo(3);
    }

    /** The share is what an officer signed; the same officer's activation of before does not come back over a newer one. */
    @Test
    void aCanarysShareCannotBeAlteredNorAnEndedCanaryPlayedAgain() {
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 1);
        put(Built.SECOND, signed(Built.SECOND, LINUS));
        PolicyRecord out = activation(2, Built.FIRST, canary(Built.SECOND, 500));
        String wider = new String(Objects.requireNonNull(out.value()), StandardCharsets.UTF_8)
                .replace("\"shareBasisPoints\":500", "\"shareBasisPoints\":5000");
        store.accept(new PolicyRecord(out.key(), wider.getBytes(StandardCharsets.UTF_8)));
        assertThat(refused)
                .singleElement()
                .satisfies(reason -> assertThat(reason.code()).isEqualTo(Code.ACTIVATION));
        refused.clear();
        store.accept(out);
        activate(3, Built.FIRST, Rollout.NONE);
        store.accept(out);
        store.accept(new PolicyRecord(PolicyKeys.activation(4), out.value()));
        assertThat(refused)
                .singleElement()
                .satisfies(reason -> assertThat(reason).hasMessageContaining("under the key of another"));
        assertThat(store.inForce(Shipped.NOW).orElseThrow().activation().canary())
                .isEmpty();
        assertThat(store.canary(2)).as("its records keep it").isPresent();
    }

    /** Whoever publishes the return needs no key and has no choice: the number is kept for bytes that were signed before. */
    @Test
    void aCanaryReturnsByWhatItsOfficerSignedAndByNothingElse() {
        canaryIsOut();
        SignedActivation back = back();
        assertThat(store.nextNumber()).as("3 is kept").isEqualTo(4);

        activate(3, Built.FIRST, Rollout.NONE); // an officer's, and yet not those bytes
        activate(3, Built.FIRST, new Rollout(null, null, false, candidate(Built.THIRD)));
        put(Built.THIRD, signed(Built.THIRD, ADA, LINUS));
        activate(3, Built.FIRST, new Rollout(null, candidate(Built.THIRD), false, candidate(Built.SECOND)));
        store.accept(new PolicyRecord(
                PolicyKeys.activation(3),
                SignedActivation.issue(back.activation(), GRACE).toBytes())); // the same by another officer
        assertThat(refused).hasSize(4).allSatisfy(reason -> {
            assertThat(reason.code()).isEqualTo(Code.ACTIVATION);
            assertThat(reason).hasMessageContaining("for which the number is kept");
        });
        assertThat(store.newest().orElseThrow().number()).isEqualTo(2);
        refused.clear();

        store.accept(new PolicyRecord(PolicyKeys.activation(3), back.toBytes()));
        store.accept(new PolicyRecord(PolicyKeys.activation(3), back.toBytes()));
        assertThat(refused).isEmpty();
        Activation returned = store.newest().orElseThrow().activation();
        assertThat(returned.number()).isEqualTo(3);
        assertThat(returned.canary()).isEmpty();
        assertThat(returned.revision()).isEqualTo(1);
        assertThat(store.canary(2)).as("its records keep it").isPresent();
        assertThat(store.nextNumber()).isEqualTo(4);
        assertThat(store.wasCurrent(2, Shipped.NOW.plusSeconds(3_600), Duration.ofMinutes(5)))
                .as("when it returned nobody signed")
                .isTrue();
        publish(Built.SECOND, signed(Built.SECOND, LINUS), 4);
        assertThat(store.wasCurrent(2, Shipped.NOW.plusSeconds(3_600), Duration.ofMinutes(5)))
                .isFalse();
    }

    /** Bytes of a canary that never went out, or was not accepted, take nothing back. */
    @Test
    void theReturnOfNoCanaryIsRefused() {
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 1);
        put(Built.SECOND, signed(Built.SECOND, LINUS));
        PolicyRecord back = activation(3, Built.FIRST, new Rollout(null, null, false, candidate(Built.SECOND)));
        activate(2, Built.FIRST, canary(Built.SECOND, 500)); // one that only an officer ends
        store.accept(back);
        assertThat(refused)
                .singleElement()
                .satisfies(reason -> assertThat(reason).hasMessageContaining("that the one before it does not carry"));
        refused.clear();

        put(Built.OPENING, signed(Built.OPENING, GRACE));
        PolicyRecord opening = activation(4, Built.FIRST, returning(Built.OPENING));
        SignedActivation its = SignedActivation.of(Objects.requireNonNull(opening.value()));
        store.accept(opening);
        store.accept(new PolicyRecord(
                PolicyKeys.activation(5), its.comingBack().orElseThrow().toBytes()));
        assertThat(refused.stream().map(BundleRefusedException::code)).containsExactly(Code.WIDENS, Code.ACTIVATION);
        assertThat(store.newest().orElseThrow().number()).isEqualTo(2);
    }

    /** Whatever comes first: the return waits for its canary, and an officer who acted meanwhile has the last word. */
    @Test
    void theReturnIsJudgedByItsNumberWhenItComes() {
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 1);
        put(Built.SECOND, signed(Built.SECOND, LINUS));
        store.accept(new PolicyRecord(PolicyKeys.activation(3), back().toBytes()));
        assertThat(refused).isEmpty();
        assertThat(store.newest().orElseThrow().number()).isEqualTo(1);
        activate(2, Built.FIRST, returning(Built.SECOND));
        assertThat(refused).isEmpty();
        assertThat(store.newest().orElseThrow().number()).isEqualTo(3);

        activate(4, Built.FIRST, returning(Built.SECOND));
        assertThat(store.nextNumber()).isEqualTo(6);
        publish(Built.SECOND, signed(Built.SECOND, LINUS), 6); // promoted, and 5 was never published
        SignedActivation late = SignedActivation.of(Objects.requireNonNull(
                        activation(4, Built.FIRST, returning(Built.SECOND)).value()))
                .comingBack()
                .orElseThrow();
        store.accept(new PolicyRecord(PolicyKeys.activation(5), late.toBytes()));
        assertThat(refused).isEmpty();
        assertThat(store.history(Shipped.NOW).stream()
                        .map(HistoryEntry::state)
                        .toList()
                        .subList(3, 6))
                .containsExactly(State.SUPERSEDED, State.SUPERSEDED, State.IN_FORCE);
        assertThat(store.newest().orElseThrow().bundle().revision()).isEqualTo(2);
    }

    /** An earlier tool may take the kept number; rooms agree on what it is, whenever the canary's bundle comes. */
    @Test
    void theNumberBehindACanaryIsNobodysUntilThatIsJudged() {
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 1);
        activate(2, Built.FIRST, returning(Built.SECOND));
        activate(3, Built.FIRST, new Rollout(null, null, true));
        assertThat(refused).isEmpty();
        assertThat(store.newest().orElseThrow().number()).isEqualTo(1);

        put(Built.SECOND, signed(Built.SECOND, LINUS));

        assertThat(refused)
                .singleElement()
                .satisfies(reason -> assertThat(reason).hasMessageContaining("for which the number is kept"));
        assertThat(store.newest().orElseThrow().number()).isEqualTo(2);
        assertThat(store.newestFloor()).isZero();
    }

    /** Of a canary that is refused nothing is kept. */
    @Test
    void theNumberBehindARefusedCanaryIsFree() {
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 1);
        activate(2, Built.FIRST, returning(Built.OPENING));
        activate(3, Built.FIRST, new Rollout(null, null, true));
        put(Built.OPENING, signed(Built.OPENING, GRACE));
        assertThat(refused)
                .singleElement()
                .satisfies(reason -> assertThat(reason.code()).isEqualTo(Code.WIDENS));
        assertThat(store.newestFloor()).isEqualTo(3);
    }

    private void canaryIsOut() {
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 1);
        put(Built.SECOND, signed(Built.SECOND, LINUS));
        activate(2, Built.FIRST, returning(Built.SECOND));
        assertThat(refused).isEmpty();
    }

    /** What takes back the canary of activation 2. */
    private static SignedActivation back() {
        PolicyRecord out = activation(2, Built.FIRST, returning(Built.SECOND));
        return SignedActivation.of(Objects.requireNonNull(out.value()))
                .comingBack()
                .orElseThrow();
    }

    private static Rollout returning(BundleBuilder.Built built) {
        return new Rollout(new Canary(candidate(built), 500, ReturnLimit.DEFAULT), null, false);
    }

    private static Candidate candidate(BundleBuilder.Built built) {
        return new Candidate(built.digest(), built.metadata().revision());
    }

    /** A revision's number is one bundle for ever: entries name both. */
    @Test
    void theNumberOfACanaryIsTaken() {
        publish(Built.FIRST, signed(Built.FIRST, GRACE), 1);
        put(Built.SECOND, signed(Built.SECOND, LINUS));
        activate(2, Built.FIRST, canary(Built.SECOND, 500));
        activate(3, Built.FIRST, Rollout.NONE);
        BundleBuilder.Built other = again(Built.FIRST, 2, null);
        publish(other, signed(other, ADA, LINUS), 4);
        assertThat(refused)
                .singleElement()
                .satisfies(reason -> assertThat(reason).hasMessageContaining("is another bundle already"));
        publish(Built.SECOND, signed(Built.SECOND, LINUS), 5);
        assertThat(store.newest().orElseThrow().bundle().revision())
                .as("promoted")
                .isEqualTo(2);
    }

    private static Rollout canary(BundleBuilder.Built built, int share) {
        return new Rollout(new Canary(candidate(built), share), null, false);
    }

    private static BundleBuilder.Built again(BundleBuilder.Built earlier, long revision, @Nullable OfficerKey author) {
        return Shipped.builder()
                .again(earlier.archive(), earlier.metadata(), revision, Shipped.NOT_BEFORE, Shipped.EXPIRES, author);
    }

    @Test
    void theSameWorkOfTheSameAuthorGivesTheSameBytes() {
        assertThat(again(Built.FIRST, 1, ADA).digest()).isEqualTo(Built.FIRST.digest());
        assertThat(again(Built.SECOND, 2, ADA).digest()).isEqualTo(Built.SECOND.digest());
    }

    private void publish(BundleBuilder.Built built, Approvals approvals, long number) {
        put(built, approvals);
        activate(number, built, null);
    }

    private void put(BundleBuilder.Built built, Approvals approvals) {
        store.accept(new PolicyRecord(PolicyKeys.bundle(built.digest()), built.archive()));
        store.accept(new PolicyRecord(PolicyKeys.approvals(built.digest()), approvals.toBytes()));
    }

    private void activate(long number, BundleBuilder.Built active, @Nullable Rollout rollout) {
        store.accept(activation(number, active, rollout));
    }

    private static PolicyRecord activation(long number, BundleBuilder.Built active, @Nullable Rollout rollout) {
        Activation activation = new Activation(
                number, active.digest(), active.metadata().revision(), Shipped.TENANT, Shipped.NOW, rollout);
        return new PolicyRecord(
                PolicyKeys.activation(number),
                SignedActivation.issue(activation, ADA).toBytes());
    }

    /** The shipped rulebook, but that research gets no results of observations. */
    private static LoadedRulebook closed() {
        ObjectNode document = Shipped.rulebook().document().deepCopy();
        document.withObject("/protections/research-fhir/classes/health.value").put("transform", "drop");
        return new LoadedRulebook(
                document, Shipped.rulebook().files(), Shipped.rulebook().rego());
    }

    private static Approvals signed(BundleBuilder.Built built, OfficerKey... officers) {
        Approvals approvals = Approvals.none(built.digest());
        for (OfficerKey officer : officers) {
            approvals = approvals.signedBy(officer, Shipped.TENANT);
        }
        return approvals;
    }

    /** Signatures of the third bundle, under the digest of the second. */
    private static Approvals moved() {
        return new Approvals(
                Built.SECOND.digest(), signed(Built.THIRD, LINUS, GRACE).signatures());
    }

    /** Linus's signature once more, as Grace's, and his own left out. */
    private static Approvals renamed() {
        SortedMap<String, String> signatures = new TreeMap<>();
        String his =
                Objects.requireNonNull(signed(Built.SECOND, LINUS).signatures().get("linus"));
        signatures.put("grace", his);
        signatures.put("ada", his);
        return new Approvals(Built.SECOND.digest(), signatures);
    }

    /** A bundle that says linus wrote it, by a signature that he gave for another. */
    private static BundleBuilder.Built borrowed() {
        BundleBuilder.Built his = again(Built.FIRST, 7, LINUS);
        return changed(files -> {
            ObjectNode manifest = json(files, BundleFiles.MANIFEST);
            manifest.withObject("/metadata/sluice/author")
                    .put("officer", "linus")
                    .put(
                            "signature",
                            Objects.requireNonNull(his.metadata().author()).signature());
            files.put(BundleFiles.MANIFEST, CanonicalJson.bytes(manifest));
            resign(files, Shipped.BUNDLE_KEY);
        });
    }

    private static ObjectNode json(SortedMap<String, byte[]> files, String name) {
        try {
            return (ObjectNode) StrictJson.read(Objects.requireNonNull(files.get(name)));
        } catch (MalformedJsonException e) {
            throw new AssertionError(e);
        }
    }

    private static void resign(SortedMap<String, byte[]> files, KeyPair key) {
        files.remove(BundleFiles.SIGNATURES);
        files.put(BundleFiles.SIGNATURES, BundleSignature.sign(files, "dev-bundle", key.getPrivate()));
    }

    private static BundleBuilder.Built changed(Consumer<SortedMap<String, byte[]>> attack) {
        try {
            SortedMap<String, byte[]> files = new TreeMap<>(BundleArchive.read(Built.SECOND.archive()));
            attack.accept(files);
            return named(BundleArchive.write(files));
        } catch (ArchiveRefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static BundleBuilder.Built named(byte[] archive) {
        return new BundleBuilder.Built(archive, Sha256.hex(archive), Built.SECOND.metadata());
    }

    /** A tar of one member, its checksum in order. */
    private static BundleBuilder.Built tar(String name, char type, int size) throws Exception {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, String.format(Locale.ROOT, "%011o", size));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, type == '0' ? "" : "policy.wasm");
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(header);
            gzip.write(new byte[(size + 511) / 512 * 512]);
            gzip.write(new byte[1024]);
        }
        return named(out.toByteArray());
    }

    private static void put(byte[] block, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, block, offset, bytes.length);
    }
}
