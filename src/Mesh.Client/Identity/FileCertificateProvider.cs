using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Identity;

/// <summary>Certificates in files (the <c>file_watcher</c> plugin of gRPC's bootstrap, gRFC A29); whoever rotates them only replaces the files.</summary>
internal sealed class FileCertificateProvider(string name, CertificateFiles files) : ICertificateProvider
{
    private readonly ReloadedPem<SslStreamCertificateContext>? _identity = files is { Certificate: { } certificate, PrivateKey: { } key }
        ? new(() => [File.ReadAllText(certificate), File.ReadAllText(key)], static texts => PemParsing.Identity(texts[0], texts[1]))
        : null;

    private readonly ReloadedPem<X509Certificate2Collection>? _roots = files.Roots is { } roots
        ? new(() => [File.ReadAllText(roots)], static texts => PemParsing.Roots(texts[0]))
        : null;

    public SslStreamCertificateContext GetIdentity(string certificate) =>
        _identity?.Get() ?? throw new CertificateUnavailableException($"certificate provider '{name}' has no certificate_file and private_key_file");

    public X509Certificate2Collection GetRoots(string certificate) =>
        _roots?.Get() ?? throw new CertificateUnavailableException($"certificate provider '{name}' has no ca_certificate_file");
}
