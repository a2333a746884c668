using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Access;
using Mesh.ControlPlane.Authority;
using Mesh.ControlPlane.Serving;
using Mesh.Protocol.Spiffe;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Mesh.ControlPlane.Hosting.Listening;

/// <summary>The TLS of the control plane: its own newest certificate, and the client's, which may be missing but never wrong.</summary>
internal sealed class SecureHandshake(CertificateAuthority authority, TimeProvider time, ILogger logger)
{
    private static readonly List<SslApplicationProtocol> Http2First = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    /// <summary>A client that says nothing holds a connection no longer than this (S54).</summary>
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>For the TLS port: asks for a certificate of the mesh, which a client that enrols does not have yet.</summary>
    public TlsHandshakeCallbackOptions ForWorkloads => new()
    {
        HandshakeTimeout = HandshakeTimeout,
        OnConnection = context => ValueTask.FromResult(ServerOptions(context.Connection)),
    };

    /// <summary>For the HTTP port: callers prove who they are by token.</summary>
    public TlsHandshakeCallbackOptions ForApi => new()
    {
        HandshakeTimeout = HandshakeTimeout,
        OnConnection = _ =>
        {
            var options = SvidTls.CreateServerOptions(authority.ServerCertificate, static (_, _) => true);
            options.ClientCertificateRequired = false;
            options.ApplicationProtocols = Http2First;
            return ValueTask.FromResult(options);
        },
    };

    private SslServerAuthenticationOptions ServerOptions(ConnectionContext connection)
    {
        var options = SvidTls.CreateServerOptions(authority.ServerCertificate, (leaf, presented) => leaf is null || Accept(connection, leaf, presented));
        options.ApplicationProtocols = Http2First;
        return options;
    }

    private bool Accept(ConnectionContext connection, X509Certificate2 leaf, X509Certificate2Collection? presented)
    {
        var verdict = SvidVerifier.Verify(leaf, presented, authority.Bundles, SvidUsage.Client, time.GetUtcNow());
        if (!verdict.IsAccepted)
        {
            ServingLog.CertificateRefused(logger, $"{connection.RemoteEndPoint}", verdict.Reason, verdict.Detail);
            return false;
        }

        // Copies: the handshake disposes of its own.
        var chain = new X509Certificate2Collection();
        foreach (var issuer in presented ?? [])
        {
            chain.Add(Copy(issuer));
        }

        connection.Features.Set(new StreamPeer(verdict.Id, Copy(leaf), chain));
        return true;
    }

    private static X509Certificate2 Copy(X509Certificate2 certificate) => X509CertificateLoader.LoadCertificate(certificate.RawData);
}
