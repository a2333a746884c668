using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Cli.Connection;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Istio.Auth;
using Mesh.Protocol.Xds;

namespace Mesh.Cli.Certificates;

/// <summary>Gets certificates from the authority: with the token first, with the last certificate from then on.</summary>
internal sealed class Enrolment(Uri ca, string token, string? rootFile, TimeSpan? lifetime)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <param name="last">The certificate that proves who asks; null to use the token.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<IssuedFiles> IssueAsync(IssuedFiles? last, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new IstioCertificateRequest
        {
            Csr = new CertificateRequest("", key, HashAlgorithmName.SHA256).CreateSigningRequestPem(),
            ValidityDuration = (long)(lifetime?.TotalSeconds ?? 0),
        };
        try
        {
            var handler = await HandlerAsync(last, cancellationToken);
            using var channel = new GrpcChannel(ca, new HttpMessageInvoker(handler, disposeHandler: true));
            var options = new GrpcCallOptions { Timeout = Timeout, Headers = last is null ? [new("authorization", $"Bearer {token}")] : [] };
            var response = await channel.UnaryAsync(CertificateMethods.CreateCertificate, request, options, cancellationToken);
            return Read(response, key);
        }
        catch (GrpcException exception)
        {
            throw new CommandException($"{ca} gave no certificate: {exception.Code}: {exception.Detail}", innerException: exception);
        }
    }

    private async Task<HttpMessageHandler> HandlerAsync(IssuedFiles? last, CancellationToken cancellationToken)
    {
        if (last is null)
        {
            return await ServerTrust.CreateHandlerAsync(ca, rootFile, token, cancellationToken);
        }

        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(last.Roots);
        return ServerTrust.HandlerOf(roots, last.Leaf, last.Chain);
    }

    /// <summary>Istio's order: the leaf, the authorities above it, the root last.</summary>
    private static IssuedFiles Read(IstioCertificateResponse response, ECDsa key)
    {
        if (response.CertChain.Count < 2)
        {
            throw new CommandException($"Expected a certificate and its root, got {response.CertChain.Count} certificates.");
        }

        using var certificate = X509Certificate2.CreateFromPem(response.CertChain[0]);
        return new IssuedFiles(
            certificate.CopyWithPrivateKey(key),
            string.Concat(response.CertChain.SkipLast(1).Select(Line)),
            Line(key.ExportPkcs8PrivateKeyPem()),
            Line(response.CertChain[^1]));
    }

    private static string Line(string pem) => pem.TrimEnd() + "\n";
}
