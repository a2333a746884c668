using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Mesh.Server.Transport.Endpoints;

/// <summary>Lets a plaintext connection that starts with the preface of HTTP/2 be HTTP/2 on an endpoint that speaks HTTP/1.1 too.</summary>
/// <remarks>
/// Kestrel 10 takes HTTP/1.1 for every plaintext connection of such an endpoint, and the protocol from ALPN where there is TLS
/// (<c>HttpConnection.SelectProtocol</c>: it asks for the two features below, in this order, before anything else of HTTP exists). So the
/// connection claims TLS with ALPN <c>h2</c> until it has been asked for the protocol, and withdraws the claim in that moment: the scheme of
/// requests, <c>IsHttps</c>, and the check for TLS 1.2 are read later, and see plaintext. Kestrel 11 looks for the preface itself.
/// </remarks>
internal sealed class PriorKnowledge : ITlsConnectionFeature, ITlsApplicationProtocolFeature
{
    private static readonly ReadOnlyMemory<byte> Http2 = "h2"u8.ToArray();

    private readonly IFeatureCollection _features;

    private PriorKnowledge(IFeatureCollection features) => _features = features;

    public ReadOnlyMemory<byte> ApplicationProtocol
    {
        get
        {
            _features.Set<ITlsConnectionFeature>(null);
            _features.Set<ITlsApplicationProtocolFeature>(null);
            return Http2;
        }
    }

    public X509Certificate2? ClientCertificate
    {
        get => null;
        set => throw new NotSupportedException("a plaintext connection has no client certificate");
    }

    public static void Claim(IFeatureCollection features)
    {
        var claim = new PriorKnowledge(features);
        features.Set<ITlsConnectionFeature>(claim);
        features.Set<ITlsApplicationProtocolFeature>(claim);
    }

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);
}
