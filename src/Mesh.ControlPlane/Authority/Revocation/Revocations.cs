using Mesh.ControlPlane.Authority.Issuance;

namespace Mesh.ControlPlane.Authority.Revocation;

/// <summary>Puts certificates and identities on the denylist, with what the issuance log knows of them.</summary>
internal sealed class Revocations(Denylist denylist, IssuanceLog log, AuthoritySettings settings, TimeProvider time)
{
    /// <summary>Takes one certificate back.</summary>
    /// <returns>Its serial as it is written, and what is known of it.</returns>
    /// <exception cref="AuthorityException">It is no serial.</exception>
    public (string Serial, IssuanceRecord? Record) Revoke(string serial, string reason)
    {
        serial = serial.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
        if (serial.Length is 0 or > 40 || serial.Length % 2 != 0 || !serial.All(char.IsAsciiHexDigit))
        {
            throw new AuthorityException($"expected a serial number of 1 to 20 bytes in hexadecimal, got '{serial}'");
        }

        var now = time.GetUtcNow();
        var record = log.Find(serial);
        denylist.Add([new RevokedCertificate(serial, record?.Issuer, record?.Identity, record?.NotAfter ?? now + settings.MaxLifetime, now, reason)]);
        return (serial, record);
    }

    /// <summary>Takes all certificates of an identity back, and keeps it from having more.</summary>
    /// <returns>How many there were.</returns>
    public int RevokeIdentity(string identity, string reason)
    {
        // First no more are issued, then those that were are taken back: none slips between.
        var revoked = new RevokedIdentity(identity, time.GetUtcNow(), reason);
        denylist.Add([], revoked);
        return TakeBack(revoked);
    }

    /// <summary>Takes over what another control plane revoked, and takes back what this one issued before the news of it came.</summary>
    public void Reload()
    {
        foreach (var revoked in denylist.Reload())
        {
            TakeBack(revoked);
        }
    }

    private int TakeBack(RevokedIdentity revoked)
    {
        var records = log.Unexpired(record => record.Identity == revoked.Identity);
        denylist.Add(records.Select(record => new RevokedCertificate(record.Serial, record.Issuer, revoked.Identity, record.NotAfter, revoked.RevokedAt, revoked.Reason)));
        return records.Length;
    }
}
