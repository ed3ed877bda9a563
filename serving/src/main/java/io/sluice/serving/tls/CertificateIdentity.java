package io.sluice.serving.tls;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.regex.Pattern;

/**
 * The identities that a certificate proves, in the canonical form of the rulebook: its SPIFFE id (X.509-SVID: exactly one
 * URI SAN), else its DNS names. Never the common name, which nobody constrains (RFC 9525 section 2). Thread-safe.
 */
public final class CertificateIdentity {
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final int SAN_DNS = 2;
    private static final int SAN_URI = 6;
    private static final Pattern DNS =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern TRUST_DOMAIN = Pattern.compile("[a-z0-9._-]{1,255}");
    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9._-]+)+");

    /** Of the certificates in use: a connection is asked at each request, and to read the names takes microseconds. */
    private static final Map<X509Certificate, List<String>> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

    private CertificateIdentity() {}

    /** The identities, sorted; empty where the certificate names nobody that can be matched without guessing. */
    public static List<String> of(X509Certificate certificate) {
        List<String> known = KNOWN.get(certificate);
        if (known == null) {
            known = names(certificate).orElse(List.of());
            KNOWN.put(certificate, known);
        }
        return known;
    }

    /**
     * Whether its names are what this class reads: at most one URI, which is a SPIFFE id, and DNS names without a wildcard
     * or a NUL. A certificate without any name passes here and names nobody.
     */
    static boolean readable(X509Certificate certificate) {
        return names(certificate).isPresent();
    }

    private static Optional<List<String>> names(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return Optional.empty(); // names that cannot be read name nobody
        }
        if (names == null) { // the JDK says so too of names that it cannot read
            boolean none = certificate.getExtensionValue(SUBJECT_ALTERNATIVE_NAME) == null;
            return none ? Optional.of(List.of()) : Optional.empty();
        }
        List<String> uris = texts(names, SAN_URI);
        if (!uris.isEmpty()) {
            return uris.size() == 1 ? spiffe(uris.get(0)).map(List::of) : Optional.empty();
        }
        TreeSet<String> dns = new TreeSet<>();
        for (String name : texts(names, SAN_DNS)) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.length() > 253 || !DNS.matcher(lower).matches()) {
                return Optional.empty();
            }
            dns.add(lower);
        }
        return Optional.of(List.copyOf(dns));
    }

    private static List<String> texts(Collection<List<?>> names, int kind) {
        return names.stream()
                .filter(name -> name.get(0).equals(kind))
                .map(name -> (String) name.get(1))
                .toList();
    }

    /** SPIFFE-ID section 2: no user, port, query, fragment, percent, dot segment; trust domain in lower case. */
    private static Optional<String> spiffe(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.empty(); // not a URI, hence no SPIFFE id
        }
        String domain =
                uri.getRawAuthority() == null ? "" : uri.getRawAuthority().toLowerCase(Locale.ROOT);
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        boolean valid = "spiffe".equalsIgnoreCase(uri.getScheme())
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null
                && text.length() <= 2048
                && TRUST_DOMAIN.matcher(domain).matches()
                && PATH.matcher(path).matches()
                && List.of(path.split("/")).stream().noneMatch(s -> s.equals(".") || s.equals(".."));
        return valid ? Optional.of("spiffe://" + domain + path) : Optional.empty();
    }
}
