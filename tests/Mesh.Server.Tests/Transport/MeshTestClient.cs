using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;
using Mesh.Testing.Spiffe;

namespace Mesh.Server.Tests.Transport;

/// <summary>Makes clients as the mesh's own are: TLS with an SVID, and the mesh's ALPN.</summary>
internal static class MeshTestClient
{
    public static readonly SslApplicationProtocol Istio = new("istio");

    public static HttpClient Create(SvidAuthority authority, string account, Version version, Action<SslClientAuthenticationOptions>? change = null)
    {
        var context = authority.IssueContext($"spiffe://cluster.local/ns/default/sa/{account}");
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (connect, ct) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(connect.DnsEndPoint, ct);
                var stream = new NetworkStream(socket, ownsSocket: true);
                return connect.InitialRequestMessage.RequestUri!.Scheme == "https" ? await AuthenticateAsync(stream, CreateOptions(authority, context, version), change, ct) : stream;
            },
        };
        return new HttpClient(handler) { DefaultRequestVersion = version, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    }

    public static SslClientAuthenticationOptions CreateOptions(SvidAuthority authority, SslStreamCertificateContext? context, Version version) => new()
    {
        TargetHost = "server.default.svc.cluster.local",
        ClientCertificateContext = context,
        AllowTlsResume = false,
        ApplicationProtocols = [version == HttpVersion.Version20 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11, Istio],
        RemoteCertificateValidationCallback = (_, certificate, chain, _) => SvidVerifier.Verify(
            certificate as X509Certificate2,
            chain?.ChainPolicy.ExtraStore,
            new TrustBundles("cluster.local", [TrustBundle.Parse("cluster.local", authority.RootPem)]),
            SvidUsage.Server,
            TimeProvider.System.GetUtcNow()).IsAccepted,
    };

    private static async Task<Stream> AuthenticateAsync(
        Stream inner, SslClientAuthenticationOptions options, Action<SslClientAuthenticationOptions>? change, CancellationToken cancellationToken)
    {
        change?.Invoke(options);
        var stream = new SslStream(inner);
        await stream.AuthenticateAsClientAsync(options, cancellationToken);
        return stream;
    }
}
