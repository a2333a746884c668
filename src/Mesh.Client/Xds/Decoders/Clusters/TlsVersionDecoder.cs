using System.Security.Authentication;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Tls;
using TlsVersion = Mesh.Protocol.Envoy.Tls.TlsParameters.Types.TlsProtocol;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes <c>tls_params</c>: which versions of TLS are offered. Ciphers and curves are the platform's.</summary>
internal static class TlsVersionDecoder
{
    private static readonly SslProtocols Default = new TlsPolicy().Versions;

    public static SslProtocols Decode(TlsParameters? parameters, DecodeErrors errors)
    {
        if (parameters is null)
        {
            return Default;
        }

        // What the operator forbids would be offered: refused rather than ignored.
        if (parameters.CipherSuites.Count > 0 || parameters.EcdhCurves.Count > 0 || parameters.SignatureAlgorithms.Count > 0)
        {
            errors.Add("cipher_suites, ecdh_curves and signature_algorithms are not supported: .NET takes the platform's");
        }

        // Below TLS 1.2 nothing is ever offered (RFC 8996).
        var (minimum, maximum) = (parameters.TlsMinimumProtocolVersion, parameters.TlsMaximumProtocolVersion);
        var allows13 = maximum is TlsVersion.TlsAuto or TlsVersion.Tlsv13;
        var allows12 = minimum is not TlsVersion.Tlsv13 && (allows13 || maximum is TlsVersion.Tlsv12);
        if (!allows12 && !allows13)
        {
            errors.Add($"expected a maximum version of at least TLS 1.2 and not below the minimum, got {maximum}");
        }

        return (allows12 ? SslProtocols.Tls12 : SslProtocols.None) | (allows13 ? SslProtocols.Tls13 : SslProtocols.None);
    }
}
