package io.sluice.audit.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of browsers without a certificate: of whom an OpenID provider signed in, and, for a demonstration, of whoever opens
 * a link that is good once and for minutes, and stands for one identity of the rulebook. Link and session are 256 random bits
 * each; only their hashes are kept, in memory. Thread-safe.
 */
public final class SignIn {
    /** The session's cookie: bound to this host, its root path and TLS by its prefix (RFC 6265bis section 4.1.3). */
    public static final String COOKIE = "__Host-sluice-audit";

    private static final int BYTES = 32;
    private static final int MAX_SESSIONS = 1_000;
    /** Sessions of one identity. */
    static final int MAX_OF_ONE = 10;

    private static final Duration LINK_LIFE = Duration.ofMinutes(30);
    private static final Duration SESSION_LIFE = Duration.ofHours(8);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String identity;
    private final Clock clock;
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private @Nullable String link;
    private Instant linkEnds = Instant.EPOCH;

    private record Session(Visitor visitor, Instant ends) {}

    /** @param identity what a session stands for, as {@code spiffe://sluice.dev/auditor/alan} */
    public SignIn(String identity, Clock clock) {
        this.identity = identity;
        this.clock = clock;
    }

    /** A new link's token; the one before is good no more. */
    public synchronized String newLink() {
        String token = token();
        link = hash(token);
        linkEnds = clock.instant().plus(LINK_LIFE);
        return token;
    }

    /** Turns a link into a session; its cookie as a {@code Set-Cookie} header. Empty where the link is not good. */
    public synchronized Optional<String> open(String token) {
        String wanted = link;
        Instant now = clock.instant();
        if (wanted == null || !now.isBefore(linkEnds) || !same(wanted, hash(token))) {
            return Optional.empty();
        }
        link = null;
        return Optional.of(begin(Visitor.ofLink(identity), SESSION_LIFE));
    }

    /**
     * A new session of somebody who has proved who it is, and is a reader; its cookie as a {@code Set-Cookie} header. One
     * identity has at most {@value #MAX_OF_ONE}: a new one ends its own oldest, and nobody else's.
     */
    public synchronized String begin(Visitor visitor, Duration life) {
        String session = token();
        Instant now = clock.instant();
        sessions.values().removeIf(one -> !now.isBefore(one.ends()));
        List<String> own = sessions.entrySet().stream()
                .filter(one -> one.getValue().visitor().identities().equals(visitor.identities()))
                .map(Map.Entry::getKey)
                .toList();
        if (own.size() >= MAX_OF_ONE) {
            sessions.remove(own.get(0));
        } else if (sessions.size() >= MAX_SESSIONS) {
            sessions.remove(sessions.keySet().iterator().next());
        }
        sessions.put(hash(session), new Session(visitor, now.plus(life)));
        return COOKIE + "=" + session + "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=" + life.toSeconds();
    }

    /** Ends a session; a {@code Set-Cookie} header that takes its cookie back. @param cookie its value; null for none */
    public synchronized String end(@Nullable String cookie) {
        if (cookie != null) {
            sessions.remove(hash(cookie));
        }
        return COOKIE + "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0";
    }

    /** Who holds a session. @param cookie the cookie's value; null for none */
    public synchronized Optional<Visitor> visitor(@Nullable String cookie) {
        if (cookie == null) {
            return Optional.empty();
        }
        Session session = sessions.get(hash(cookie));
        return session == null || !clock.instant().isBefore(session.ends())
                ? Optional.empty()
                : Optional.of(session.visitor());
    }

    private static String token() {
        byte[] random = new byte[BYTES];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private static boolean same(String left, String right) {
        return MessageDigest.isEqual(
                left.getBytes(StandardCharsets.US_ASCII), right.getBytes(StandardCharsets.US_ASCII));
    }

    private static String hash(String token) {
        return io.sluice.core.encoding.Sha256.hex(token.getBytes(StandardCharsets.UTF_8));
    }
}
