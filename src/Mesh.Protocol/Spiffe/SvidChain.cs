using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Protocol.Spiffe;

/// <summary>Validates the path from one leaf to the roots of one bundle (RFC 5280 6), without a word to the network.</summary>
internal sealed class SvidChain : IDisposable
{
    private const int MaxPresented = 10;

    private readonly X509Certificate2 _leaf;
    private readonly X509Certificate2Collection? _presented;
    private readonly TrustBundle _bundle;
    private readonly DateTimeOffset _now;
    private readonly X509Chain _chain = new();

    public SvidChain(X509Certificate2 leaf, X509Certificate2Collection? presented, TrustBundle bundle, DateTimeOffset now)
    {
        (_leaf, _presented, _bundle, _now) = (leaf, presented, bundle, now);
        var policy = _chain.ChainPolicy = SvidTls.CreateChainPolicy();
        policy.VerificationTime = now.UtcDateTime;
        policy.VerificationTimeIgnored = false;
        policy.CustomTrustStore.AddRange(bundle.Roots.ToArray());
    }

    /// <summary>Since when every part has been valid.</summary>
    public DateTimeOffset ValidFrom { get; private set; }

    /// <summary>Until when every part is valid.</summary>
    public DateTimeOffset ValidUntil { get; private set; }

    /// <summary>The end of the path; null before it was found in order.</summary>
    public X509Certificate2? Root { get; private set; }

    /// <returns>Null when the path is in order.</returns>
    public SvidVerdict? Check()
    {
        if (_presented is { Count: > MaxPresented })
        {
            return SvidVerdict.Refuse(SvidReasons.Chain, $"expected at most {MaxPresented} certificates, got {_presented.Count}");
        }

        try
        {
            if (_presented is not null)
            {
                _chain.ChainPolicy.ExtraStore.AddRange(_presented);
            }

            return CheckTime(_leaf) ?? CheckPath(_chain.Build(_leaf));
        }
        catch (CryptographicException exception)
        {
            return SvidVerdict.Refuse(SvidReasons.Chain, exception.Message);
        }
    }

    public void Dispose() => _chain.Dispose();

    private SvidVerdict? CheckPath(bool valid)
    {
        var elements = _chain.ChainElements.Select(element => element.Certificate).ToArray();
        for (var index = 0; index < elements.Length; index++)
        {
            // What a root says of itself is believed for its place in the bundle, not for its signature.
            var isAnchor = index > 0 && index == elements.Length - 1;
            if (CertificateStrength.Refuse(elements[index], checkSignature: !isAnchor) is { } weakness)
            {
                return SvidVerdict.Refuse(SvidReasons.WeakKey, weakness);
            }
        }

        if (!valid)
        {
            return Explain(elements);
        }

        if (elements.Length < 2)
        {
            return SvidVerdict.Refuse(SvidReasons.Chain, "a root of the bundle is no identity");
        }

        Root = elements[^1];
        ValidFrom = elements.Max(element => new DateTimeOffset(element.NotBefore));
        ValidUntil = elements.Min(element => new DateTimeOffset(element.NotAfter));
        return CheckRevocation(elements);
    }

    private SvidVerdict? CheckRevocation(X509Certificate2[] elements)
    {
        for (var index = 0; index < elements.Length - 1; index++)
        {
            if (_bundle.RevocationLists.Any(list => list.Revokes(elements[index], elements[index + 1])))
            {
                return SvidVerdict.Refuse(SvidReasons.Revoked, $"certificate {elements[index].SerialNumber} of '{elements[index + 1].Subject}' is revoked");
            }
        }

        return null;
    }

    private SvidVerdict Explain(X509Certificate2[] elements)
    {
        if (elements.Select(CheckTime).FirstOrDefault(refusal => refusal is not null) is { } outOfTime)
        {
            return outOfTime;
        }

        var faults = _chain.ChainStatus.Select(status => $"{status.Status} ({status.StatusInformation.Trim()})").Distinct();
        return SvidVerdict.Refuse(SvidReasons.Chain, $"no valid path to one of the {_bundle.Roots.Length} roots of '{_bundle.TrustDomain}': {string.Join(", ", faults)}");
    }

    private SvidVerdict? CheckTime(X509Certificate2 certificate)
    {
        if (_now < certificate.NotBefore)
        {
            return SvidVerdict.Refuse(SvidReasons.NotYetValid, $"'{Name(certificate)}' is valid from {certificate.NotBefore.ToUniversalTime():u}, now is {_now.UtcDateTime:u}");
        }

        return _now > certificate.NotAfter
            ? SvidVerdict.Refuse(SvidReasons.Expired, $"'{Name(certificate)}' has expired at {certificate.NotAfter.ToUniversalTime():u}, now is {_now.UtcDateTime:u}")
            : null;
    }

    private static string Name(X509Certificate2 certificate) => certificate.Subject.Length > 0 ? certificate.Subject : $"certificate {certificate.SerialNumber}";
}
