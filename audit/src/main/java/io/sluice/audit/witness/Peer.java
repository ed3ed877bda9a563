package io.sluice.audit.witness;

import io.sluice.audit.log.LogReader;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.Cosignature;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One witness as a log sees it: what it knows of the log, and whether it answers. After a failure it is left alone for
 * growing times. One thread asks at a time; {@link #status} is for any.
 */
final class Peer {
    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LAST_WAIT = Duration.ofMinutes(1);

    /** How far its clock may be from ours. */
    private static final Duration MAX_SKEW = Duration.ofMinutes(1);

    /** One to hear which size the witness knows, one to go on from there, one where that moved meanwhile. */
    private static final int QUESTIONS = 3;

    private static final Pattern SIZE = Pattern.compile("(0|[1-9][0-9]{0,17})\n");

    private final WitnessAddress address;
    private final WitnessClient client;
    private final VerifierKey log;
    private final Clock clock;

    private volatile WitnessStatus status;
    private volatile Instant notBefore = Instant.MIN;
    private Duration wait = FIRST_WAIT;
    private long knownSize;

    Peer(WitnessAddress address, CosigningConfig config, VerifierKey log, Clock clock) {
        this.address = address;
        this.client = new WitnessClient(address.prefix(), config.tls(), config.timeout());
        this.log = log;
        this.clock = clock;
        this.status = new WitnessStatus(address.name(), 0, Optional.empty(), Optional.empty());
    }

    List<CosignerKey> keys() {
        return address.keys();
    }

    WitnessStatus status() {
        return status;
    }

    /** Whether it has yet to sign that note, and may be asked now. */
    boolean wants(SignedNote note) {
        return !hasSigned(note) && !clock.instant().isBefore(notBefore);
    }

    boolean hasSigned(SignedNote note) {
        try {
            return note.cosignatures(keys()).size() == keys().size();
        } catch (NoteException e) {
            return false;
        }
    }

    /** The checkpoint of this log that the witness saw last, the log's signature verified; empty where it has none to show. */
    Optional<Checkpoint> lastSeen() {
        try {
            Optional<SignedNote> note = client.lastOf(log.name());
            if (note.isEmpty()) {
                return Optional.empty();
            }
            Checkpoint seen = Checkpoint.verified(note.get().toBytes(), log);
            knownSize = seen.size();
            return Optional.of(seen);
        } catch (IOException | NoteException e) {
            failed(why(e));
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Asks for a cosignature: the note with the witness's signatures alone added; empty where it did not give them. */
    Optional<SignedNote> ask(SignedNote note, LogReader reader) {
        try {
            return Optional.of(signed(note, reader));
        } catch (IOException | RuntimeException e) {
            failed(why(e));
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private SignedNote signed(SignedNote note, LogReader reader) throws IOException, InterruptedException {
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        for (int i = 0; i < QUESTIONS; i++) {
            if (knownSize > checkpoint.size()) {
                long said = knownSize;
                knownSize = 0; // asked anew the next time: one wrong number is not held against it for ever
                throw new IOException("has cosigned " + said + " entries, and this log has " + checkpoint.size()
                        + ": it was set back, or another process signs with its key");
            }
            AddCheckpoint request = new AddCheckpoint(
                    knownSize,
                    reader.consistencyProof(knownSize, checkpoint.size()),
                    note.only(List.of(log), List.of()));
            WitnessClient.Reply reply = client.addCheckpoint(request);
            if (reply.status() == 200) {
                SignedNote cosigned = verified(note, reply.body());
                knownSize = checkpoint.size();
                succeeded(checkpoint.size());
                return cosigned;
            }
            if (reply.status() != 409 || !SIZE.matcher(reply.body()).matches()) {
                throw new IOException("answers " + reply.status() + ": " + firstLine(reply.body()));
            }
            knownSize = Long.parseLong(reply.body().trim());
        }
        throw new IOException("names another size each time it is asked");
    }

    private SignedNote verified(SignedNote note, String lines) throws IOException {
        try {
            SignedNote answered = note.only(List.of(log), List.of()).plus(lines);
            if (!hasSigned(answered)) {
                throw new IOException("answers without a valid signature of " + keys());
            }
            requireItsTime(answered);
            return answered.only(List.of(log), keys());
        } catch (NoteException e) {
            throw new IOException("answers what are no signatures: " + e.getMessage(), e);
        }
    }

    /** Auditors do not believe a time of the future, so none is published. */
    private void requireItsTime(SignedNote answered) throws IOException {
        Instant now = clock.instant();
        for (Cosignature one : answered.cosignatures(keys())) {
            if (Duration.between(one.time(), now).abs().compareTo(MAX_SKEW) > 0) {
                throw new IOException("signs at " + one.time() + ", and it is " + now + ": set its clock, or this one");
            }
        }
    }

    private void succeeded(long size) {
        if (status.problem().isPresent()) {
            LOG.info("witness {} cosigns again", address.name());
        }
        wait = FIRST_WAIT;
        notBefore = Instant.MIN;
        status = new WitnessStatus(address.name(), size, Optional.of(clock.instant()), Optional.empty());
    }

    private void failed(String problem) {
        if (!status.problem().equals(Optional.of(problem))) {
            LOG.warn("witness {} does not cosign: {}", address.name(), problem);
        }
        notBefore = clock.instant().plus(wait);
        wait = wait.multipliedBy(2).compareTo(LAST_WAIT) > 0 ? LAST_WAIT : wait.multipliedBy(2);
        status = new WitnessStatus(address.name(), status.size(), status.last(), Optional.of(problem));
    }

    private static String why(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static String firstLine(String body) {
        String line = body.lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) : line;
    }
}
