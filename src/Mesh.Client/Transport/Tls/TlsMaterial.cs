using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Protocol.Spiffe;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport.Tls;

/// <summary>The certificates and revocation lists of one policy, as they are at the moment of a handshake.</summary>
internal sealed class TlsMaterial
{
    private readonly TlsPolicy _policy;
    private readonly CertificateProviders _providers;
    private readonly ILogger _logger;
    private readonly ReloadedPem<SslStreamCertificateContext>? _identity;
    private readonly ReloadedPem<X509Certificate2Collection>? _roots;
    private readonly ReloadedPem<RevocationList[]>? _revocation;

    // The last problem that was told; an unreadable file would be told at every connection.
    private volatile string? _told;

    public TlsMaterial(TlsPolicy policy, TlsSources sources, ILogger logger)
    {
        (_policy, _providers, _logger) = (policy, sources.Providers, logger);
        var secrets = sources.Secrets;
        if (policy.Identity?.Provider is { IsSecret: true } own)
        {
            _identity = new(() => Pair(secrets.Get(own.Instance), own.Instance), static texts => PemParsing.Identity(texts[0], texts[1]));
        }
        else if (policy.Identity is { CertificateChain: { } chain, PrivateKey: { } key })
        {
            _identity = new(() => [Read(chain), Read(key)], static texts => PemParsing.Identity(texts[0], texts[1]));
        }

        if (policy.Trust?.Provider is { IsSecret: true } trusted)
        {
            _roots = new(() => [secrets.Get(trusted.Instance).Certificates], static texts => PemParsing.Roots(texts[0]));
            _revocation = new(() => [secrets.Get(trusted.Instance).Revocations ?? ""], static texts => texts[0].Length > 0 ? RevocationList.ParseAll(texts[0]) : []);
            return;
        }

        if (policy.Trust?.Roots is { } roots)
        {
            _roots = new(() => [Read(roots)], static texts => PemParsing.Roots(texts[0]));
        }

        if (policy.Trust?.RevocationLists is { } lists)
        {
            _revocation = new(() => [Read(lists)], static texts => RevocationList.ParseAll(texts[0]));
        }
    }

    /// <summary>Null when this side shows none.</summary>
    public SslStreamCertificateContext? ReadIdentity() => _policy.Identity?.Provider is { IsSecret: false } reference
        ? _providers.Get(reference.Instance).GetIdentity(reference.Certificate)
        : Get(_identity);

    /// <summary>Null for those of the operating system.</summary>
    public X509Certificate2Collection? ReadRoots() => _policy.Trust?.Provider is { IsSecret: false } reference
        ? _providers.Get(reference.Instance).GetRoots(reference.Certificate)
        : Get(_roots);

    public ImmutableArray<RevocationList>? ReadRevocationLists() =>
        Get(_revocation) is { Length: > 0 } lists ? ImmutableArray.Create(lists) : null;

    private T? Get<T>(ReloadedPem<T>? pem)
        where T : class
    {
        var value = pem?.Get();
        if (pem?.Error is { } error && error != _told)
        {
            TransportLog.CertificateUnreadable(_logger, error);
            _told = error;
        }

        return value;
    }

    private static string[] Pair(TlsSecret secret, string name) => secret.Key is { } key
        ? [secret.Certificates, key]
        : throw new CertificateUnavailableException($"the secret {name} has no key");

    private static string Read(PemSource source) => source.Text ?? File.ReadAllText(source.File!);
}
