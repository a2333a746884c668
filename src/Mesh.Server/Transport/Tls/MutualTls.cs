using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Mesh.Client.Identity;
using Mesh.Protocol.Spiffe;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Mesh.Server.Transport.Tls;

/// <summary>Ends mutual TLS of the mesh with Kestrel's own TLS: the certificate is the one of the moment, the peer is judged by SPIFFE.</summary>
/// <remarks>So handshakes have Kestrel's metrics, and requests cost what they cost on any Kestrel with TLS.</remarks>
internal sealed class MutualTls
{
    /// <summary>For the whole handshake, from the ClientHello on.</summary>
    public static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(5);

    private readonly IWorkloadIdentity _identity;
    private readonly List<SslApplicationProtocol> _protocols = [];

    private MutualTls(IWorkloadIdentity identity, HttpProtocols protocols)
    {
        _identity = identity;
        if (protocols.HasFlag(HttpProtocols.Http2))
        {
            _protocols.Add(SslApplicationProtocol.Http2);
        }

        if (protocols.HasFlag(HttpProtocols.Http1))
        {
            _protocols.Add(SslApplicationProtocol.Http11);
        }
    }

    /// <summary>The handshake, and after it <paramref name="next"/>. The connection carries its <see cref="MeshHandshake"/> as a feature.</summary>
    /// <param name="endpoint">Fully configured.</param>
    /// <param name="identity">Asked at every handshake.</param>
    /// <param name="next">Gets connections whose peer is proved.</param>
    public static ConnectionDelegate Before(ListenOptions endpoint, IWorkloadIdentity identity, ConnectionDelegate next)
    {
        // Options of no server: the public way to Kestrel's TLS as one branch of an endpoint, which stays plaintext itself.
        ListenOptions? branch = null;
        new KestrelServerOptions { ApplicationServices = endpoint.ApplicationServices }.Listen(IPAddress.Loopback, port: 0, options => branch = options);
        branch!.Protocols = endpoint.Protocols & HttpProtocols.Http1AndHttp2;
        branch.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = new MutualTls(identity, branch.Protocols).SelectAsync,
            HandshakeTimeout = HandshakeLimit,
        });
        branch.Use(_ => next);
        return branch.Build();
    }

    private ValueTask<SslServerAuthenticationOptions> SelectAsync(TlsHandshakeCallbackContext context)
    {
        var handshake = context.Connection.Features.Get<MeshHandshake>()!;
        var own = _identity.Current ?? throw new AuthenticationException("the certificate of this process has just expired");
        var options = SvidTls.CreateServerOptions(own.Context, handshake.Verify);

        // "istio" is what tells our TLS from the application's, not a protocol to speak: it is the answer when nothing else can be.
        options.ApplicationProtocols = handshake.Hello is { OffersHttp: false, MeshProtocol: { } only } ? [only] : _protocols;
        return new(options);
    }
}
