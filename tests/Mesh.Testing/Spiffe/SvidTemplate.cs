using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Testing.Spiffe;

/// <summary>What a certificate of <see cref="SvidAuthority"/> says; the defaults make a good SVID, and a test varies one thing.</summary>
public sealed class SvidTemplate
{
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    public string Subject { get; set; } = "";

    /// <summary>Written as they are, without any check.</summary>
    public IList<string> Uris { get; } = [];

    public IList<string> DnsNames { get; } = [];

    /// <summary>The value of the subjectAltName extension, in place of the names above.</summary>
    public byte[]? SubjectAltName { get; set; }

    public IList<X509Extension> MoreExtensions { get; } = [];

    public bool? IsAuthority { get; set; } = false;

    public X509KeyUsageFlags? KeyUsage { get; set; } = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment;

    public bool KeyUsageIsCritical { get; set; } = true;

    public string[]? Purposes { get; set; } = [ServerAuth, ClientAuth];

    /// <summary>When it is issued; the authority's own start unless set.</summary>
    public DateTimeOffset? Now { get; set; }

    public TimeSpan Backdated { get; set; } = TimeSpan.FromMinutes(1);

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>An RSA key of that size in place of one on P-256.</summary>
    public int? RsaBits { get; set; }

    /// <summary>A key that is there already, of which only the public half is used.</summary>
    public PublicKey? PublicKey { get; set; }

    /// <summary>The hash that the issuer signs with.</summary>
    public HashAlgorithmName Hash { get; set; } = HashAlgorithmName.SHA256;

    /// <summary>How many authorities may follow below; null sets no limit.</summary>
    public int? PathLength { get; set; }
}
