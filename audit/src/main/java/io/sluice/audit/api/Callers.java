package io.sluice.audit.api;

import io.sluice.audit.access.SignIn;
import io.sluice.audit.access.Visitor;
import io.sluice.audit.oidc.AccessTokens;
import io.sluice.audit.oidc.NotProvedException;
import io.sluice.audit.oidc.ProviderUnavailableException;
import io.sluice.serving.tls.ServerTls;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.ServerSSLOptions;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Who asks: by a bearer token (RFC 6750), which then counts alone, else by a session, else by the certificate of the connection,
 * verified again for each request under the revocation lists then in force. Refusals of a credential are told. Thread-safe.
 */
final class Callers {
    private static final String BEARER = "Bearer ";

    private final ServerTls tls;
    private final @Nullable SignIn signIn;
    private final @Nullable AccessTokens tokens;
    private final Answers answers;

    /**
     * @param signIn null where only certificates count
     * @param tokens null where no bearer token counts
     */
    Callers(ServerTls tls, @Nullable SignIn signIn, @Nullable AccessTokens tokens, Answers answers) {
        this.tls = tls;
        this.signIn = signIn;
        this.tokens = tokens;
        this.answers = answers;
    }

    /** Of the port: a certificate is required, or asked for where there are other ways in. */
    ServerSSLOptions options() {
        return signIn == null ? tls.options() : tls.options().setClientAuth(ClientAuth.REQUEST);
    }

    /** What says who that is by a token; empty where none counts. @throws RefusedException for anything but GET */
    List<String> tokens(HttpServerRequest request) {
        if (!HttpMethod.GET.equals(request.method())) {
            throw new RefusedException(ProblemCode.METHOD_NOT_ALLOWED, "Nothing can be changed here. Send GET.");
        }
        return tokens == null ? List.of() : request.headers().getAll("authorization");
    }

    /** Who that is by what {@link #tokens} gave; may ask the provider, which blocks. */
    Visitor bearer(List<String> authorizations) {
        AccessTokens accepted = Objects.requireNonNull(tokens, "no token counts here");
        try {
            String only = authorizations.size() == 1 ? authorizations.get(0) : "";
            if (!only.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                throw unproved("There must be one Authorization header, and it must say Bearer.");
            }
            return accepted.visitor(only.substring(BEARER.length()).strip());
        } catch (NotProvedException e) {
            throw unproved(String.valueOf(e.getMessage()));
        } catch (ProviderUnavailableException e) {
            // the operators were told when it fell silent
            throw new RefusedException(
                    ProblemCode.PROVIDER_UNAVAILABLE,
                    "Whether the token is good cannot be told now. Repeat it later, or connect with a certificate.");
        }
    }

    private RefusedException unproved(String why) {
        answers.refused(Visitor.WITH_BAD_TOKEN, ProblemCode.TOKEN_INVALID);
        return new RefusedException(ProblemCode.TOKEN_INVALID, why);
    }

    /** Who that is where no token is shown. */
    Visitor withoutToken(HttpServerRequest request) {
        if (signIn != null) {
            Cookie cookie = request.getCookie(SignIn.COOKIE);
            Optional<Visitor> session = signIn.visitor(cookie == null ? null : cookie.getValue());
            if (session.isPresent()) {
                return session.get();
            }
            if (!certified(request.connection())) {
                return Visitor.STRANGER;
            }
        }
        try {
            return Visitor.of(tls.requireTrusted(request.connection(), 0));
        } catch (CertificateException e) {
            answers.refused(shown(request.connection()), ProblemCode.CERTIFICATE_INVALID);
            throw new RefusedException(
                    ProblemCode.CERTIFICATE_INVALID,
                    "The certificate of this connection has expired or was revoked. Connect with a valid one.");
        }
    }

    /** Whether a certificate was shown, good or not. */
    static boolean certified(HttpConnection connection) {
        return !shown(connection).equals(Visitor.STRANGER);
    }

    /** By the certificate that the caller has shown, good or not. */
    private static Visitor shown(HttpConnection connection) {
        try {
            return Visitor.of((X509Certificate) connection.peerCertificates().get(0));
        } catch (SSLPeerUnverifiedException e) {
            return Visitor.STRANGER; // none
        }
    }
}
