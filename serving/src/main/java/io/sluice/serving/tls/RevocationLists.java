package io.sluice.serving.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import javax.security.auth.x500.X500Principal;

/**
 * The revocation lists of some files, and when they end. Immutable.
 *
 * @param lists all of them
 * @param terms of all of them
 * @param latest the terms of those that no list of the same authority and scope outlasts: as long as one of these holds,
 *     an older one beside it locks nobody out
 */
record RevocationLists(List<X509CRL> lists, List<Term> terms, List<Term> latest) {
    /** For how long the JDK takes a list behind its {@code nextUpdate}, for clocks that differ. */
    private static final long GRACE_MILLIS = 15 * 60 * 1000L;

    private static final String ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    private static final String DELTA_CRL_INDICATOR = "2.5.29.27";
    private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";

    private static final BinaryOperator<Term> LATER = (one, other) -> one.ends().isBefore(other.ends()) ? other : one;

    /** For whom a list speaks (RFC 5280 section 5.2): its authority, the authority's key, and which certificates. */
    private record Scope(
            X500Principal issuer, Optional<ByteBuffer> key, Optional<ByteBuffer> point, Optional<ByteBuffer> base) {
        static Scope of(X509CRL list) {
            return new Scope(
                    list.getIssuerX500Principal(),
                    extension(list, AUTHORITY_KEY_IDENTIFIER),
                    extension(list, ISSUING_DISTRIBUTION_POINT),
                    extension(list, DELTA_CRL_INDICATOR));
        }

        private static Optional<ByteBuffer> extension(X509CRL list, String oid) {
            return Optional.ofNullable(list.getExtensionValue(oid)).map(ByteBuffer::wrap);
        }
    }

    /**
     * Reads the files.
     *
     * @throws CRLException naming the file where it holds no lists, or one without {@code nextUpdate} (RFC 5280 section
     *     5.1.2.5 asks for it): the JDK takes no such list, so it would lock everybody out
     */
    static RevocationLists read(List<Path> files, CertificateFactory factory) throws IOException, CRLException {
        List<X509CRL> lists = new ArrayList<>();
        List<Term> terms = new ArrayList<>();
        Map<Scope, Term> latest = new LinkedHashMap<>();
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                Collection<? extends CRL> read = factory.generateCRLs(in);
                if (read.isEmpty()) {
                    throw new CRLException("it is empty");
                }
                for (CRL crl : read) {
                    X509CRL list = (X509CRL) crl;
                    Term term = term(file, list);
                    lists.add(list);
                    terms.add(term);
                    latest.merge(Scope.of(list), term, LATER);
                }
            } catch (CRLException e) {
                throw new CRLException(file + " is not a file of revocation lists (" + e.getMessage() + ")", e);
            }
        }
        return new RevocationLists(List.copyOf(lists), List.copyOf(terms), List.copyOf(latest.values()));
    }

    private static Term term(Path file, X509CRL list) throws CRLException {
        Date next = list.getNextUpdate();
        if (next == null) {
            throw new CRLException("the list of " + list.getIssuerX500Principal() + " has no nextUpdate");
        }
        return new Term(
                "the revocation list of " + list.getIssuerX500Principal() + " in " + file,
                list.getThisUpdate().toInstant(),
                next.toInstant());
    }

    /** How many stopped counting. */
    long outdated(Instant now) {
        long outdated = 0;
        for (Term term : terms) {
            if (stopsAtMillis(term) < now.toEpochMilli()) {
                outdated++;
            }
        }
        return outdated;
    }

    /** When the last of the {@link #outdated} stopped counting, milliseconds; 0 for none. */
    long lastOutdatedMillis(Instant now) {
        long last = 0;
        for (Term term : terms) {
            long stops = stopsAtMillis(term);
            if (stops < now.toEpochMilli()) {
                last = Math.max(last, stops);
            }
        }
        return last;
    }

    private static long stopsAtMillis(Term list) {
        return list.ends().toEpochMilli() + GRACE_MILLIS;
    }
}
