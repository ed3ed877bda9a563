package io.sluice.cli.room;

import io.sluice.audit.log.LogException;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.witness.Witness;
import io.sluice.audit.witness.WitnessConfig;
import io.sluice.audit.witness.WitnessServer;
import io.sluice.audit.witness.WitnessServerConfig;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.WitnessSection;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A witness as a process: it needs its key, its folder and a certificate, and nothing else of a deployment. */
public final class WitnessRoom implements RunningRoom {
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);

    private final Witness witness;
    private final WitnessServer server;

    private WitnessRoom(Witness witness, WitnessServer server) {
        this.witness = witness;
        this.server = server;
    }

    /** Starts it and returns when the port is open. @throws CommandFailure naming the setting at fault */
    public static WitnessRoom start(WitnessSection settings) {
        new Needed()
                .file(
                        "witness.signingKey",
                        settings.signingKey(),
                        "make it with: sluice witness keygen --name your.example/witness")
                .pem("witness.chain", settings.chain())
                .pem("witness.key", settings.key())
                .require();
        if (settings.logs().isEmpty()) {
            throw new CommandFailure("witness.logs names no log: put the text of the log's log.vkey there, which its"
                    + " operator gives you");
        }
        Witness witness = witness(settings);
        try {
            var tls = new WitnessServerConfig.Tls(settings.chain(), settings.key());
            return new WitnessRoom(
                    witness,
                    WitnessServer.start(
                            new WitnessServerConfig(settings.host(), settings.port(), tls, IDLE_TIMEOUT), witness));
        } catch (IllegalStateException e) {
            witness.close();
            throw new CommandFailure(
                    e.getMessage() + "; witness.host and witness.port say where, witness.chain and key as whom", e);
        }
    }

    private static Witness witness(WitnessSection settings) {
        List<Cosigner> keys;
        try {
            keys = Cosigner.read(settings.signingKey());
        } catch (IOException | NoteException e) {
            throw new CommandFailure("witness.signingKey: " + settings.signingKey() + " cannot be used", e);
        }
        try {
            return Witness.open(new WitnessConfig(settings.folder(), keys, settings.logKeys(), Clock.systemUTC()));
        } catch (LogException e) {
            throw new CommandFailure("witness.folder: " + settings.folder() + " cannot be used", e);
        }
    }

    @Override
    public List<String> addresses() {
        List<String> lines = new ArrayList<>();
        lines.add("witness  " + server.address() + "/add-checkpoint");
        witness.keys().forEach(key -> lines.add("key      " + key));
        return lines;
    }

    @Override
    public String state() {
        return READY;
    }

    @Override
    public Duration stopLimit() {
        return STOP_LIMIT;
    }

    @Override
    public void close() {
        try {
            server.close();
        } finally {
            witness.close();
        }
    }
}
