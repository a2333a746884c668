using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Client.Transport.Tls;
using Mesh.Protocol.Spiffe;

namespace Mesh.Server.Gateway.Tls;

/// <summary>Finds the certificates of a server as they are at the moment of a handshake: from secrets of the control plane, or from files of this machine; parsed once for each content.</summary>
internal sealed class ServerCertificates(TlsSecrets secrets)
{
    // Goes with the settings; the material with the content of secrets and files.
    private readonly ConditionalWeakTable<ServerTls, Entry> _known = [];

    /// <exception cref="CryptographicException">What is there cannot be used, or is not there.</exception>
    public TlsMaterial Find(ServerTls tls)
    {
        var entry = _known.GetValue(tls, static _ => new Entry());
        var texts = Read(tls, secrets);
        lock (entry)
        {
            if (entry.Material is null || !entry.Texts.AsSpan().SequenceEqual(texts))
            {
                (entry.Material, entry.Texts) = (Parse(tls, texts), texts);
            }

            return entry.Material;
        }
    }

    /// <summary>Chain, key, roots, revocations; null for what there is none of.</summary>
    private static string?[] Read(ServerTls tls, TlsSecrets secrets)
    {
        // One that both kinds of keys can do without: ECDSA goes before RSA where a resource gives both.
        var pairs = tls.Certificates.Where(source => !source.IsOwnIdentity).Select(source => Pair(source, secrets)).ToArray();
        var pair = pairs.FirstOrDefault(candidate => candidate.Key.Contains("EC PRIVATE KEY", StringComparison.Ordinal), pairs.FirstOrDefault());
        var (roots, lists) = tls.Clients?.Roots is { IsOwnIdentity: false } source ? Roots(source, secrets) : (null, null);
        return [pair.Chain, pair.Key, roots, tls.Clients?.Revocations is { } own ? Roots(own, secrets).Roots : lists];
    }

    private static (string Chain, string Key) Pair(CertificateSource source, TlsSecrets secrets)
    {
        if (source.SecretName is { } name)
        {
            return secrets.Find(name) is { Key: { } key } secret
                ? (secret.Certificates, key)
                : throw new CryptographicException($"the control plane has no certificate {name}: is there a Secret of that name in the namespace of the gateway, with tls.crt and tls.key, and has the gateway an identity");
        }

        return source.File is { } file ? (Read(file), Read(source.KeyFile!)) : (source.Text!, source.KeyText!);
    }

    private static (string? Roots, string? Lists) Roots(CertificateSource source, TlsSecrets secrets)
    {
        if (source.SecretName is { } name)
        {
            return secrets.Find(name) is { } secret
                ? (secret.Certificates, secret.Revocations)
                : throw new CryptographicException($"the control plane has no roots {name}: is there a Secret with ca.crt in the namespace of the gateway");
        }

        return (source.File is { } file ? Read(file) : source.Text, null);
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CryptographicException(exception.Message, exception);
        }
    }

    private static TlsMaterial Parse(ServerTls tls, string?[] texts)
    {
        try
        {
            return texts is not [var chain, var key, var roots, var lists] ? throw new InvalidOperationException() : new TlsMaterial(
                chain is null ? null : PemParsing.Identity(chain, key!),
                roots is null ? null : PemParsing.Roots(roots),
                lists is null ? null : [.. RevocationList.ParseAll(lists)]);
        }
        catch (ArgumentException exception)
        {
            throw new CryptographicException($"{string.Join(", ", tls.Certificates.Select(source => source.SecretName ?? source.File))}: {exception.Message}", exception);
        }
    }

    private sealed class Entry
    {
        public string?[] Texts { get; set; } = [];

        public TlsMaterial? Material { get; set; }
    }
}
