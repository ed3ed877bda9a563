package io.sluice.jobs.protect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Rollout;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.evaluate.PolicyKeys;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.verify.TrustRoot;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** The shipped rulebook, built, signed and approved. */
@NullUnmarked // what is null here fails the test
public final class ShippedPolicy {
    private static final Path HOME = Path.of(System.getProperty("sluice.home"));

    private final OfficerKey officer = OfficerKey.generate("ada");
    private final KeyPair bundleKey = TestKeys.bundleKey();
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    public TrustRoot root() {
        return new TrustRoot(
                World.TENANT, new TreeMap<>(Map.of("bundle", bundleKey.getPublic())), Approvers.only(officer));
    }

    /** The records of {@code policy.bundles} that put a revision in force. */
    Map<String, byte[]> revision(long number) {
        BundleBuilder.Built built = build(number);
        Map<String, byte[]> records = bundle(built);
        PolicyRecord activation = activation(number, built, null);
        records.put(activation.key(), activation.value());
        return records;
    }

    public BundleBuilder.Built build(long revision) {
        return build(revision, document -> {});
    }

    /** @param edit of the rulebook as one document */
    BundleBuilder.Built build(long revision, Consumer<ObjectNode> edit) {
        LoadedRulebook shipped = RulebookLoader.load(HOME.resolve("policies/rulebook"));
        ObjectNode document = shipped.document().deepCopy();
        edit.accept(document);
        return builder()
                .build(
                        new LoadedRulebook(document, shipped.files(), shipped.rego()),
                        World.TENANT,
                        revision,
                        now.minus(1, ChronoUnit.HOURS),
                        now.plus(1, ChronoUnit.DAYS));
    }

    /** The same content as another revision, in no time. */
    public BundleBuilder.Built again(BundleBuilder.Built built, long revision) {
        return builder()
                .again(
                        built.archive(),
                        built.metadata(),
                        revision,
                        now.minus(1, ChronoUnit.HOURS),
                        now.plus(1, ChronoUnit.DAYS),
                        null);
    }

    private BundleBuilder builder() {
        return new BundleBuilder("bundle", bundleKey.getPrivate(), OpaTool.find(System.getenv(), HOME));
    }

    /** A bundle and its approvals. */
    public Map<String, byte[]> bundle(BundleBuilder.Built built) {
        Map<String, byte[]> records = new LinkedHashMap<>();
        records.put(PolicyKeys.bundle(built.digest()), built.archive());
        records.put(
                PolicyKeys.approvals(built.digest()),
                Approvals.none(built.digest()).signedBy(officer, World.TENANT).toBytes());
        return records;
    }

    public PolicyRecord activation(long number, BundleBuilder.Built active, @Nullable Rollout rollout) {
        Activation activation =
                new Activation(number, active.digest(), active.metadata().revision(), World.TENANT, now, rollout);
        return new PolicyRecord(
                PolicyKeys.activation(number),
                SignedActivation.issue(activation, officer).toBytes());
    }
}
