using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mesh.ControlPlane.Authority.Signing;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Authority.Roots;

/// <summary>An intermediate that another authority made, as Istio's files say it (secret <c>cacerts</c>); checked before it is used.</summary>
/// <param name="Root">What the chain ends in.</param>
/// <param name="OtherRoots">Further roots of the file, which the bundle gets too.</param>
/// <param name="Chain">The intermediate first, then the authorities above it but the root.</param>
/// <param name="Key">Of the intermediate.</param>
internal sealed record PluggedAuthority(
    X509Certificate2 Root, ImmutableArray<X509Certificate2> OtherRoots, ImmutableArray<X509Certificate2> Chain, SigningKey Key)
{
    public const string CertificateFile = "ca-cert.pem";
    public const string KeyFile = "ca-key.pem";
    public const string ChainFile = "cert-chain.pem";
    public const string RootFile = "root-cert.pem";

    /// <exception cref="AuthorityException">The files are missing, do not belong together or cannot issue.</exception>
    /// <exception cref="StateException">A file cannot be read, or others may read the key.</exception>
    public static PluggedAuthority Read(string folder, DateTimeOffset now)
    {
        var certificates = ReadCertificates(folder, CertificateFile, isRequired: true);
        var roots = ReadCertificates(folder, RootFile, isRequired: true);
        var key = ReadKey(folder);
        var certificate = certificates.FirstOrDefault(key.IsKeyOf)
            ?? throw new AuthorityException($"{Path.Combine(folder, KeyFile)} is not the key of {CertificateFile}: expected the private key that the certificate was made for.");

        // A PKCS#7 file holds the authorities above as well, in no order; roots count where they are expected alone.
        ImmutableArray<X509Certificate2> chain =
        [
            .. ReadCertificates(folder, ChainFile, isRequired: false)
                .Concat(certificates)
                .Where(other => !ReferenceEquals(other, certificate) && !other.SubjectName.RawData.AsSpan().SequenceEqual(other.IssuerName.RawData)),
        ];
        RequireMaySign(folder, certificate);
        foreach (var authority in chain.Append(certificate).Concat(roots))
        {
            RequireNow(folder, authority, now);
        }

        var path = BuildPath(folder, certificate, chain, roots, now);
        return new PluggedAuthority(
            path[^1],
            [.. roots.Where(root => !root.RawDataMemory.Span.SequenceEqual(path[^1].RawDataMemory.Span))],
            path.Length > 1 ? [.. path[..^1]] : [certificate],
            key);
    }

    private static ImmutableArray<X509Certificate2> ReadCertificates(string folder, string name, bool isRequired)
    {
        var files = CertificateBundle.NamesOf(name).Select(file => Path.Combine(folder, file)).Where(File.Exists).ToArray();
        return files switch
        {
            [] => isRequired ? throw Missing(Path.Combine(folder, name)) : [],
            [var path] => CertificateBundle.Read(path),
            _ => throw new AuthorityException($"{string.Join(", ", files)}: expected one of them, got {files.Length}. Remove those that are out of date."),
        };
    }

    private static SigningKey ReadKey(string folder)
    {
        var path = Path.Combine(folder, KeyFile);
        var content = OwnerOnlyFile.Read(path, isSecret: true) ?? throw Missing(path);
        try
        {
            return SigningKey.Parse(Encoding.UTF8.GetString(content));
        }
        catch (CryptographicException exception)
        {
            throw new AuthorityException($"{path}: expected an ECDSA or RSA private key in PEM that is not encrypted: {exception.Message}", exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static AuthorityException Missing(string path) => new(
        $"{path} is missing: expected {CertificateFile}, {KeyFile}, {RootFile}, and {ChainFile} where other authorities stand between (the files of Istio's secret 'cacerts').");

    private static void RequireMaySign(string folder, X509Certificate2 certificate)
    {
        var constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault();
        var usage = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault();
        if (constraints is not { CertificateAuthority: true } || usage?.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign) == false)
        {
            throw new AuthorityException($"{Path.Combine(folder, CertificateFile)} may not sign certificates: expected basic constraints CA:TRUE and key usage keyCertSign.");
        }
    }

    private static void RequireNow(string folder, X509Certificate2 certificate, DateTimeOffset now)
    {
        if (certificate.NotAfter <= now || certificate.NotBefore > now)
        {
            throw new AuthorityException(
                $"{folder}: '{certificate.Subject}' is valid from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}, and now is {now.UtcDateTime:u}. Plug in one that is valid.");
        }
    }

    private static X509Certificate2[] BuildPath(
        string folder, X509Certificate2 certificate, ImmutableArray<X509Certificate2> chain, ImmutableArray<X509Certificate2> roots, DateTimeOffset now)
    {
        using var path = new X509Chain();
        var policy = path.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = now.UtcDateTime;
        policy.VerificationTimeIgnored = false;
        policy.CustomTrustStore.AddRange(roots.ToArray());
        policy.ExtraStore.AddRange(chain.ToArray());
        if (!path.Build(certificate))
        {
            var why = string.Join(", ", path.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct());
            throw new AuthorityException(
                $"{folder}: no path from {CertificateFile} over {ChainFile} to a root of {RootFile}: {why}. Expected the authorities between in {ChainFile} and the root that the peers believe in {RootFile}.");
        }

        return [.. path.ChainElements.Select(element => element.Certificate)];
    }
}
