using Mesh.ControlPlane.Authority;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Tests.Authority;

/// <summary>What was taken back is believed by nobody who has the bundle.</summary>
public sealed class RevocationTests
{
    [Fact]
    public void S15_RevokedSerial_IsInTheListThatPeersGet()
    {
        using var bed = new AuthorityBed();
        var (revoked, other) = (bed.Issue(), bed.Issue());
        Assert.Empty(bed.Authority.Bundles.Own!.RevocationLists);
        var raised = 0;
        bed.Authority.BundlesChanged += () => raised++;

        bed.Authority.Revoke(revoked.Serial, "stolen");

        Assert.Equal(1, raised);
        Assert.Equal(SvidReasons.Revoked, bed.Verify(revoked).Reason);
        Assert.True(bed.Verify(other).IsAccepted);
    }

    [Fact]
    public void S15_RevokedSerial_StaysRevokedAfterARestart()
    {
        using var bed = new AuthorityBed();
        var revoked = bed.Issue();
        bed.Authority.Revoke(revoked.Serial, "stolen");

        bed.Reopen();

        Assert.Equal(SvidReasons.Revoked, bed.Verify(revoked).Reason);
        Assert.True(bed.Authority.IsRevoked(AuthorityBed.Leaf(revoked)));
    }

    [Fact]
    public void S15_SerialThatIsNotRemembered_IsRevokedByEveryIssuer()
    {
        using var bed = new AuthorityBed();
        var revoked = bed.Issue();
        bed.Authority.AddRoot();
        bed.Authority.Reissue();
        bed.Close();
        File.Delete(Path.Combine(bed.Folder, "issuance.jsonl"));
        bed.Reopen();

        bed.Authority.Revoke(revoked.Serial, "stolen");

        Assert.Equal(SvidReasons.Revoked, bed.Verify(revoked).Reason);
    }

    [Fact]
    public void S15_RevokedIdentity_LosesAllItsCertificates()
    {
        using var bed = new AuthorityBed();
        var before = new[] { bed.Issue(), bed.Issue() };
        var other = bed.Issue("ratings");

        Assert.Equal(2, bed.Authority.RevokeIdentity(AuthorityBed.Id(), "taken over"));

        Assert.All(before, issued => Assert.Equal(SvidReasons.Revoked, bed.Verify(issued).Reason));
        Assert.True(bed.Verify(other).IsAccepted);
        Assert.True(bed.Authority.IsRevoked(AuthorityBed.Id()));
        bed.Reopen();
        Assert.True(bed.Authority.IsRevoked(AuthorityBed.Id()));
        Assert.True(bed.Authority.Reinstate(AuthorityBed.Id()));
        Assert.False(bed.Authority.IsRevoked(AuthorityBed.Id()));
        Assert.All(before, issued => Assert.Equal(SvidReasons.Revoked, bed.Verify(issued).Reason));
    }

    [Fact]
    public void S15_CertificateOfAFormerIssuer_IsStillRevoked()
    {
        using var bed = new AuthorityBed();
        var revoked = bed.Issue();
        bed.Authority.AddRoot();
        bed.Authority.Reissue();

        bed.Authority.Revoke(revoked.Serial, "stolen");

        Assert.Equal(SvidReasons.Revoked, bed.Verify(revoked).Reason);
    }

    [Fact]
    public void Denylist_OnceAllHaveExpired_IsEmpty()
    {
        using var bed = new AuthorityBed();
        bed.Authority.Revoke(bed.Issue().Serial, "stolen");

        bed.Time.Advance(TimeSpan.FromHours(25));

        Assert.Empty(bed.Authority.Status().RevokedCertificates);
        Assert.Empty(bed.Authority.Bundles.Own!.RevocationLists);
    }

    [Theory]
    [InlineData("")]
    [InlineData("xyz")]
    [InlineData("abc")]
    [InlineData("00112233445566778899aabbccddeeff0011223344")]
    public void Revoke_OfWhatIsNoSerial_IsRefused(string serial)
    {
        using var bed = new AuthorityBed();

        Assert.Throws<AuthorityException>(() => bed.Authority.Revoke(serial, "test"));
    }

    [Fact]
    public void Revoke_AsOpenSslWritesSerials_IsUnderstood()
    {
        using var bed = new AuthorityBed();
        var revoked = bed.Issue();

        bed.Authority.Revoke(string.Join(':', revoked.Serial.Chunk(2).Select(pair => new string(pair).ToLowerInvariant())), "stolen");

        Assert.Equal(SvidReasons.Revoked, bed.Verify(revoked).Reason);
    }
}
