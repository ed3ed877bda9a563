package io.sluice.cli.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.sluice.cli.CommandFailure;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.Rollout;
import io.sluice.core.event.Topics;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.PolicyKeys;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.evaluate.WasmEngine;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Puts revisions in force. An officer's turn: opening it ends every other officer's, then reads {@code policy.bundles}; two
 * officers who activate at once cannot both succeed with the same number.
 *
 * <p>Bundle and approvals, where they do not stand yet, the audit entry of the act and the activation are written in one
 * Kafka transaction: all of them or none. What would be refused by the rooms is not written. For one thread and one
 * activation.
 */
public final class Activator implements AutoCloseable {
    /** Entries of acts go to the first log. */
    private static final int AUDIT_PARTITION = 0;

    private final Topics topics;
    private final BundleVerifier verifier;
    private final Clock clock;
    private final Producer<byte[], byte[]> producer;
    private final Consumer<VerifiedBundle> recipientTopics;
    private final Supplier<PolicyStore> read;
    private PolicyStore store;

    /**
     * Takes the turn.
     *
     * @param root what the rooms pin
     * @throws CommandFailure where Kafka cannot be reached or does not let the officer in
     */
    public static Activator open(OfficerKafka kafka, TrustRoot root, Clock clock) {
        Producer<byte[], byte[]> producer;
        try {
            producer = new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw new CommandFailure("The officer's connection to Kafka cannot be made", e);
        }
        return new Activator(
                kafka.layout().topics(),
                root,
                clock,
                producer,
                bundle -> RecipientTopics.provide(kafka, bundle),
                () -> PolicyTopic.read(kafka, root, refused -> {}));
    }

    Activator(
            Topics topics,
            TrustRoot root,
            Clock clock,
            Producer<byte[], byte[]> producer,
            Consumer<VerifiedBundle> recipientTopics,
            Supplier<PolicyStore> read) {
        this.topics = topics;
        this.verifier = new BundleVerifier(root);
        this.clock = clock;
        this.producer = producer;
        this.recipientTopics = recipientTopics;
        this.read = read;
        try {
            producer.initTransactions();
            this.store = read.get();
        } catch (KafkaException e) {
            producer.close(Duration.ZERO);
            throw new CommandFailure("Kafka does not let the officer write; nothing was activated", e);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    /** What stands in {@code policy.bundles}, and after {@link #activate} the new activation too. */
    public PolicyStore store() {
        return store;
    }

    /**
     * Activates a bundle: judges it as the rooms do, makes and checks the recipients' topics, writes.
     *
     * @param archive the bundle
     * @param approvals over its digest; where some stand in the topic that suffice, those count
     * @param officer who issues the activation
     * @throws BundleRefusedException where the rooms would refuse it; nothing is written then
     * @throws CommandFailure where it could not be written; the message says what is in force
     */
    public Activation activate(byte[] archive, Approvals approvals, OfficerKey officer) {
        return activate(archive, approvals, officer, Manner.WHOLE, Map.of());
    }

    /**
     * The same in a manner, with more to say in the entry.
     *
     * @param more members of the entry's detail
     */
    public Activation activate(
            byte[] archive, Approvals approvals, OfficerKey officer, Manner manner, Map<String, Object> more) {
        SignedActivation signed = issue(archive, officer, manner);
        Activation activation = signed.activation();
        Brought brought = Brought.judge(store, signed, archive, approvals);
        VerifiedBundle bundle = manner.of(brought.named());
        WasmEngine.of(bundle, 1).close(); // the rooms refuse a module that does not load
        recipientTopics.accept(bundle);
        Map<String, Object> detail = new TreeMap<>(more);
        detail.putAll(manner.detail(activation));
        detail.put(
                "approvedBy", brought.approvals().approvedBy(store.following().approvers(), activation.tenant()));
        return write(brought.records(), signed, officer, detail);
    }

    /**
     * Ends the canary: the active revision decides all that is stamped from now on. A shadow goes on.
     *
     * @throws CommandFailure where there is none
     */
    public Activation endCanary(OfficerKey officer) {
        Activation newest = store.newest()
                .map(ActivePolicy::activation)
                .orElseThrow(() -> new CommandFailure("No revision is in force; no canary is out"));
        Candidate canary = newest.canary()
                .map(Canary::candidate)
                .orElseThrow(() -> new CommandFailure("No canary is out: activation " + newest.number()
                        + newest.returned()
                                .map(back -> " took revision " + back.revision() + " back by itself")
                                .orElse(" names none")));
        Rollout rollout = new Rollout(null, newest.shadow().orElse(null), false);
        Activation activation =
                new Activation(store.nextNumber(), newest.bundle(), newest.revision(), topics.tenant(), now(), rollout);
        SignedActivation signed = SignedActivation.issue(activation, officer);
        var unused = store.judge(signed);
        return write(List.of(), signed, officer, Map.of("canaryEnded", canary.revision()));
    }

    /**
     * Judges a bundle as the rooms do, and writes nothing.
     *
     * @throws BundleRefusedException where the rooms would refuse it
     */
    public VerifiedBundle judge(byte[] archive, Approvals approvals, OfficerKey officer, Manner manner) {
        return manner.of(Brought.judge(store, issue(archive, officer, manner), archive, approvals)
                .named());
    }

    /**
     * Sets a bundle beside the revision in force: asked about every record, it releases nothing, so nobody need approve it.
     * It takes the place of a shadow before it; a canary goes on, unless it returned meanwhile.
     *
     * @throws BundleRefusedException where the rooms would refuse it; nothing is written then
     * @throws CommandFailure where nothing is in force, or it could not be written
     */
    public Activation shadow(byte[] archive, OfficerKey officer) {
        VerifiedBundle candidate = verifier.open(archive);
        Activation before = inForce();
        if (candidate.digest().equals(before.bundle())) {
            throw new CommandFailure("That bundle is in force itself; a shadow is another one");
        }
        SignedActivation signed = beside(before, new Candidate(candidate.digest(), candidate.revision()), officer);
        var unused = store.judge(signed, archive);
        WasmEngine.of(candidate, 1).close(); // the rooms refuse a module that does not load
        Map<String, Object> detail = new TreeMap<>(shadowEnded(before));
        detail.put("shadow", named(candidate.digest(), candidate.revision()));
        return heedingReturn(before, write(Brought.bundle(store, archive), signed, officer, detail), officer);
    }

    /**
     * Ends the shadow; a canary goes on, unless it returned meanwhile.
     *
     * @throws CommandFailure where there is none, or it could not be written
     */
    public Activation endShadow(OfficerKey officer) {
        Activation before = inForce();
        if (before.shadow().isEmpty()) {
            throw new CommandFailure("No shadow runs beside revision " + before.revision());
        }
        SignedActivation signed = beside(before, null, officer);
        var unused = store.judge(signed);
        return heedingReturn(before, write(List.of(), signed, officer, shadowEnded(before)), officer);
    }

    /**
     * Ends the canary that was carried on where it returned between the reading and the writing: the protect job's turns and
     * an officer's do not end each other.
     */
    private Activation heedingReturn(Activation before, Activation written, OfficerKey officer) {
        Activation back = before.back().orElse(null);
        if (back == null) {
            return written;
        }
        try {
            store = readBehind(written.number());
            return store.activation(back.number()).isPresent() ? endCanary(officer) : written;
        } catch (CommandFailure e) {
            throw new CommandFailure(
                    "Activation " + written.number() + " is written and carries the canary on. Whether that returned by"
                            + " itself meanwhile could not be read, or it could not be ended: \"./sluice policy history\""
                            + " tells whether activation " + back.number() + " stands, \"./sluice policy activate"
                            + " --end-canary\" ends it",
                    e);
        }
    }

    /** What stands in the topic; what was committed is seen there a moment after the answer. */
    private PolicyStore readBehind(long number) {
        long deadline = System.nanoTime() + OfficerKafka.WAIT.toNanos();
        while (true) {
            PolicyStore now = read.get();
            if (now.activation(number).isPresent()) {
                return now;
            }
            if (System.nanoTime() > deadline) {
                throw new CommandFailure(topics.bundles() + " does not show activation " + number);
            }
        }
    }

    private Activation inForce() {
        return store.newest()
                .map(ActivePolicy::activation)
                .orElseThrow(() -> new CommandFailure("Nothing is in force that a shadow could run beside"));
    }

    private SignedActivation beside(Activation before, @Nullable Candidate shadow, OfficerKey officer) {
        Rollout rollout = new Rollout(before.canary().orElse(null), shadow, false);
        Activation activation =
                new Activation(store.nextNumber(), before.bundle(), before.revision(), before.tenant(), now(), rollout);
        return SignedActivation.issue(activation, officer);
    }

    private static Map<String, Object> shadowEnded(Activation before) {
        return before.shadow()
                .map(ended -> Map.<String, Object>of("shadowEnded", named(ended.bundle(), ended.revision())))
                .orElse(Map.of());
    }

    private static Map<String, Object> named(String bundle, long revision) {
        return new TreeMap<>(Map.of("bundle", bundle, "revision", revision));
    }

    private SignedActivation issue(byte[] archive, OfficerKey officer, Manner manner) {
        VerifiedBundle opened = verifier.open(archive);
        Candidate named = new Candidate(opened.digest(), opened.revision());
        Activation activation = manner.activation(
                named, store.newest().map(ActivePolicy::activation), store.nextNumber(), topics.tenant(), now());
        return SignedActivation.issue(activation, officer);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private byte[] entry(Activation activation, OfficerKey officer, Map<String, Object> more) {
        Map<String, Object> detail = new TreeMap<>(more);
        detail.put("activation", activation.number());
        detail.put("revision", activation.revision());
        detail.put("bundle", activation.bundle());
        return ActEntry.of(
                        ActEntry.Code.POLICY_ACTIVATED,
                        activation.tenant(),
                        "policy",
                        officer.officer(),
                        clock.instant(),
                        detail)
                .canonical();
    }

    private Activation write(
            List<PolicyRecord> brought, SignedActivation signed, OfficerKey officer, Map<String, Object> detail) {
        Activation activation = signed.activation();
        List<PolicyRecord> records = new ArrayList<>(brought);
        records.add(new PolicyRecord(PolicyKeys.activation(activation.number()), signed.toBytes()));
        write(records, entry(activation, officer, detail));
        records.forEach(store::accept);
        return activation;
    }

    private void write(List<PolicyRecord> records, byte[] entry) {
        try {
            producer.beginTransaction();
            // The commit fails where one of these did.
            var unusedAct = producer.send(new ProducerRecord<>(topics.audit(), AUDIT_PARTITION, null, entry));
            for (PolicyRecord record : records) {
                var unused = producer.send(new ProducerRecord<>(
                        topics.bundles(),
                        record.key().getBytes(UTF_8),
                        requireNonNull(record.value(), "a record without a value would delete what entries cite")));
            }
            producer.flush();
        } catch (KafkaException e) {
            throw failed(e);
        }
        try {
            producer.commitTransaction();
        } catch (TimeoutException | InterruptException e) {
            throw new CommandFailure(
                    "Kafka did not say whether the activation was written as a whole or not at all; what was in force"
                            + " stays until it was. \"./sluice policy status\" tells",
                    e);
        } catch (KafkaException e) {
            throw failed(e);
        }
    }

    private CommandFailure failed(KafkaException e) {
        String before = store.newest()
                .map(policy -> "revision " + policy.bundle().revision() + " (activation " + policy.number()
                        + ") stays the newest")
                .orElse("no revision is in force");
        return new CommandFailure(
                (fenced(e) || fenced(e.getCause()) ? "Another officer activated at the same time. " : "")
                        + "Nothing was activated: " + before,
                e);
    }

    private static boolean fenced(@Nullable Throwable e) {
        return e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException;
    }

    /** Ends the turn; a transaction that was not committed is aborted by the brokers at the latest. */
    @Override
    public void close() {
        producer.close(OfficerKafka.WAIT);
    }
}
