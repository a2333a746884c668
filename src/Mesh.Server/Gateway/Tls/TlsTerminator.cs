using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Gateway.Connections;
using Mesh.Server.Transport;
using Mesh.Server.Transport.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Gateway.Tls;

/// <summary>Ends TLS for the servers of a gateway with Kestrel's own TLS: the certificate is the one of the moment, the caller is judged by the server's rules.</summary>
internal sealed class TlsTerminator(ServerCertificates certificates, IWorkloadIdentity identity, ConnectionForwarder forwarder, TimeProvider time, ILogger<TlsTerminator> logger)
{
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(15);

    /// <summary>The handshake, and after it requests, or the connection is carried on.</summary>
    public ConnectionDelegate Before(ListenOptions endpoint, ConnectionDelegate requests)
    {
        // Options of no server: the public way to Kestrel's TLS as one branch of an endpoint, which stays plaintext itself.
        ListenOptions? branch = null;
        new KestrelServerOptions { ApplicationServices = endpoint.ApplicationServices }.Listen(IPAddress.Loopback, port: 0, options => branch = options);
        branch!.Protocols = HttpProtocols.Http1AndHttp2;
        branch.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = SelectAsync, HandshakeTimeout = HandshakeLimit });
        branch.Use(_ => context => ServeAsync(context, requests));
        var handshake = branch.Build();
        return context => RunAsync(context, handshake);
    }

    private async Task RunAsync(ConnectionContext context, ConnectionDelegate handshake)
    {
        var state = new GatewayHandshake();
        context.Features.Set(state);
        await handshake(context);
        if (!state.IsComplete && state.Refusal is { } reason)
        {
            var port = context.Features.Get<GatewayConnection>()!.Port.Name;
            GatewayLog.Refused(logger, context.RemoteEndPoint, port, reason);
        }
    }

    private Task ServeAsync(ConnectionContext context, ConnectionDelegate requests)
    {
        var state = context.Features.Get<GatewayHandshake>()!;
        var connection = context.Features.Get<GatewayConnection>()!;
        state.IsComplete = true;
        connection.ClientCertificate = state.Certificate;
        var peer = context.Features.Get<MeshHandshake>()?.Peer;
        context.Features.Set(new PeerConnection(peer?.Id, IsEncrypted: true, connection.ServerName.Length > 0 ? connection.ServerName : null));
        if (peer is not null)
        {
            context.Features.Set<IMeshPeerFeature>(new MeshPeerFeature(peer.Id));
        }

        return connection.Chain.Chain.Requests is null ? forwarder.ForwardAsync(context, connection) : requests(context);
    }

    private ValueTask<SslServerAuthenticationOptions> SelectAsync(TlsHandshakeCallbackContext context)
    {
        var connection = context.Connection.Features.Get<GatewayConnection>()!;
        var state = context.Connection.Features.Get<GatewayHandshake>()!;
        var tls = connection.Chain.Chain.Tls!;
        try
        {
            var options = tls.Certificates.Any(source => source.IsOwnIdentity) ? OfMesh(context, state) : Own(tls, state);
            options.EnabledSslProtocols = Versions(tls);
            options.ApplicationProtocols = [.. tls.ApplicationProtocols.Select(name => new SslApplicationProtocol(name))];
            return new(options);
        }
        catch (CryptographicException exception)
        {
            state.Refusal = exception.Message;
            GatewayLog.NoCertificate(logger, connection.Port.Name, connection.ServerName, exception.Message);
            throw new AuthenticationException(exception.Message, exception);
        }
    }

    private SslServerAuthenticationOptions OfMesh(TlsHandshakeCallbackContext context, GatewayHandshake state)
    {
        var own = identity.Current ?? throw new CryptographicException(identity.Problem ?? "this process has no identity; set Mesh:Identity:Token or certificate files");
        var handshake = new MeshHandshake(identity, time, default);
        context.Connection.Features.Set(handshake);
        return SvidTls.CreateServerOptions(own.Context, (leaf, presented) =>
        {
            var isAccepted = handshake.Verify(leaf, presented);
            state.Refusal = isAccepted ? null : handshake.Verdict?.Reason;
            state.Certificate = isAccepted ? new X509Certificate2(leaf!) : null;
            return isAccepted;
        });
    }

    private SslServerAuthenticationOptions Own(ServerTls tls, GatewayHandshake state)
    {
        var material = certificates.Find(tls);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = material.Own,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CipherSuitesPolicy = CipherSuiteNames.PolicyOf(tls.CipherSuites),
        };
        if (tls.Clients is { } trust)
        {
            var verifier = new ClientVerifier(trust, material, time);
            options.ClientCertificateRequired = true;

            // A ticket would skip the validation, against roots of another time.
            options.AllowTlsResume = false;
            options.CertificateChainPolicy = verifier.ChainPolicy();
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                var leaf = certificate as X509Certificate2;
                state.Refusal = verifier.Refuse(leaf, chain, errors);
                state.Certificate = state.Refusal is null && leaf is not null ? new X509Certificate2(leaf) : null;
                return state.Refusal is null;
            };
        }

        return options;
    }

    private static SslProtocols Versions(ServerTls tls)
    {
#pragma warning disable CA5397, SYSLIB0039 // Only where a resource asks for the old versions by name.
        ReadOnlySpan<SslProtocols> all = [SslProtocols.Tls, SslProtocols.Tls11, SslProtocols.Tls12, SslProtocols.Tls13];
#pragma warning restore CA5397, SYSLIB0039
        var versions = SslProtocols.None;
        for (var version = tls.MinVersion; version <= tls.MaxVersion; version++)
        {
            versions |= all[version];
        }

        return versions;
    }
}
