using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Protocol.Spiffe;

/// <summary>The certificates that one authority has taken back (RFC 5280 5.1).</summary>
internal sealed class RevocationList : IEquatable<RevocationList>
{
    private const string PemLabel = "X509 CRL";

    private readonly byte[] _der;
    private readonly byte[] _issuer;
    private readonly byte[] _signed;
    private readonly byte[] _signature;
    private readonly string _algorithm;
    private readonly DateTimeOffset? _nextUpdate;
    private readonly FrozenSet<string> _serials;

    private RevocationList(ReadOnlyMemory<byte> der)
    {
        _der = der.ToArray();
        var list = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        _signed = list.PeekEncodedValue().ToArray();
        var content = list.ReadSequence();
        if (content.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            content.ReadInteger();
        }

        content.ReadSequence();
        _issuer = content.ReadEncodedValue().ToArray();
        ReadTime(content);
        _nextUpdate = content.HasData && IsTime(content.PeekTag()) ? ReadTime(content) : null;
        _serials = content.HasData && content.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)
            ? ReadSerials(content.ReadSequence())
            : FrozenSet<string>.Empty;
        _algorithm = list.ReadSequence().ReadObjectIdentifier();
        _signature = list.ReadBitString(out _);
    }

    /// <summary>Every list of a PEM text.</summary>
    /// <exception cref="CryptographicException">It holds none, or something else.</exception>
    public static RevocationList[] ParseAll(string pem)
    {
        var lists = new List<RevocationList>();
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            if (rest[fields.Label].SequenceEqual(PemLabel))
            {
                lists.Add(Parse(Convert.FromBase64String(rest[fields.Base64Data].ToString())));
            }
        }

        return lists.Count > 0 ? [.. lists] : throw new CryptographicException($"expected at least one '{PemLabel}' in PEM, got none");
    }

    /// <summary>Why a certificate is not believed by the lists; every authority must have one (OpenSSL's CRL_CHECK, as Envoy uses it).</summary>
    public static string? Refuse(ImmutableArray<RevocationList> lists, X509Certificate2 certificate, X509Certificate2 issuer, DateTimeOffset now)
    {
        var name = certificate.IssuerName.RawData;
        var list = lists.FirstOrDefault(candidate => candidate._issuer.AsSpan().SequenceEqual(name) && candidate.IsSignedBy(issuer));
        if (list is null)
        {
            return $"unable to get certificate CRL of {certificate.Issuer}";
        }

        if (list._nextUpdate < now)
        {
            return $"CRL of {certificate.Issuer} has expired at {list._nextUpdate:u}";
        }

        return list._serials.Contains(certificate.SerialNumber) ? $"certificate {certificate.SerialNumber} is revoked" : null;
    }

    /// <summary>As it came.</summary>
    public string ToPem() => PemEncoding.WriteString(PemLabel, _der);

    /// <summary>Whether the issuer has taken a certificate back. A list that is out of date still counts: what was revoked stays revoked.</summary>
    public bool Revokes(X509Certificate2 certificate, X509Certificate2 issuer) =>
        _serials.Contains(certificate.SerialNumber) && _issuer.AsSpan().SequenceEqual(certificate.IssuerName.RawData) && IsSignedBy(issuer);

    public bool Equals(RevocationList? other) => other is not null && _signed.AsSpan().SequenceEqual(other._signed) && _signature.AsSpan().SequenceEqual(other._signature);

    public override bool Equals(object? obj) => Equals(obj as RevocationList);

    public override int GetHashCode() => _signature.Length > 4 ? BitConverter.ToInt32(_signature, _signature.Length - 4) : 0;

    private static RevocationList Parse(byte[] der)
    {
        try
        {
            return new RevocationList(der);
        }
        catch (AsnContentException exception)
        {
            throw new CryptographicException($"a certificate revocation list cannot be read: {exception.Message}", exception);
        }
    }

    private static FrozenSet<string> ReadSerials(AsnReader entries)
    {
        var serials = new HashSet<string>(StringComparer.Ordinal);
        while (entries.HasData)
        {
            serials.Add(Convert.ToHexString(entries.ReadSequence().ReadIntegerBytes().Span));
        }

        return serials.ToFrozenSet(StringComparer.Ordinal);
    }

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private bool IsSignedBy(X509Certificate2 issuer)
    {
        var hash = _algorithm switch
        {
            "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
            "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
            "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
            _ => default,
        };
        if (hash == default)
        {
            return false;
        }

        if (issuer.GetECDsaPublicKey() is { } elliptic)
        {
            using (elliptic)
            {
                return elliptic.VerifyData(_signed, _signature, hash, DSASignatureFormat.Rfc3279DerSequence);
            }
        }

        using var rsa = issuer.GetRSAPublicKey();
        return rsa?.VerifyData(_signed, _signature, hash, RSASignaturePadding.Pkcs1) == true;
    }
}
