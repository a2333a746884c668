using Mesh.ControlPlane.Authority;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Tests.Authority;

/// <summary>A change of roots in three steps, and the intermediate's own renewal.</summary>
public sealed class RootRotationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rotation_StepByStep_NeverRefusesAHolder(bool restartBetween)
    {
        using var bed = new AuthorityBed();
        var first = bed.Issue(workload: "reviews-v1");
        var peersOfStart = bed.Authority.Bundles;

        bed.Authority.AddRoot();
        Restart();
        Assert.Equal(2, bed.Authority.Bundles.Own!.Roots.Length);
        var second = bed.Issue(workload: "reviews-v1");
        Assert.True(bed.Verify(second, peersOfStart).IsAccepted, "Nothing of the new root is in use while peers may not know it.");
        var peersThatHeard = bed.Authority.Bundles;

        bed.Authority.Reissue();
        Restart();
        var third = bed.Issue(workload: "reviews-v1");
        Assert.False(bed.Verify(third, peersOfStart).IsAccepted);
        Assert.All([first, second, third], issued => Assert.True(bed.Verify(issued, peersThatHeard).IsAccepted));
        Assert.Equal(third.Chain[^1].Trim(), bed.Authority.Bundles.Own!.Roots[0].ExportCertificatePem().Trim());

        bed.Authority.DropRoot();
        Restart();
        Assert.Single(bed.Authority.Bundles.Own!.Roots);
        Assert.True(bed.Verify(third).IsAccepted);
        Assert.False(bed.Verify(second).IsAccepted);

        void Restart()
        {
            if (restartBetween)
            {
                bed.Reopen();
            }
        }
    }

    [Fact]
    public void DropRoot_WhileCertificatesRestOnIt_IsRefusedWithTheirNumberAndNames()
    {
        using var bed = new AuthorityBed();
        bed.Issue("reviews", "reviews-v1");
        bed.Issue("ratings", "ratings-v1");
        bed.Issue("ratings", "ratings-v2");
        bed.Authority.AddRoot();
        bed.Authority.Reissue();
        bed.Reopen();

        var refusal = Assert.Throws<RootInUseException>(() => bed.Authority.DropRoot());

        Assert.Equal(3, refusal.Use.Total);
        Assert.Equal([AuthorityBed.Id("ratings").ToString(), AuthorityBed.Id("reviews").ToString()], refusal.Use.Identities);
        Assert.Contains("3 unexpired certificates of 2 identities", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("sa/ratings", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DropRoot_WhenEveryHolderHasANewerOne_IsDone()
    {
        using var bed = new AuthorityBed();
        var named = bed.Issue("reviews", "reviews-v1");
        var unnamed = bed.Issue("ratings");
        bed.Authority.AddRoot();
        bed.Authority.Reissue();

        bed.Issue("reviews", "reviews-v1");
        bed.Issue("ratings");
        Assert.Equal(1, Assert.Throws<RootInUseException>(() => bed.Authority.DropRoot()).Use.Total);

        // Two processes may share a name or have none: who shows the old one is known to have replaced it.
        bed.Issue("ratings", replaces: unnamed.Serial);
        bed.Authority.DropRoot();
        Assert.False(bed.Verify(named).IsAccepted);
    }

    [Fact]
    public void DropRoot_WhenAnotherProcessOfTheNameRenewed_StillWaitsForThisOne()
    {
        using var bed = new AuthorityBed();
        var first = bed.Issue("reviews", "reviews");
        var second = bed.Issue("reviews", "reviews", replaces: "00");
        bed.Authority.AddRoot();
        bed.Authority.Reissue();

        bed.Issue("reviews", "reviews", replaces: first.Serial);

        Assert.Equal(1, Assert.Throws<RootInUseException>(() => bed.Authority.DropRoot()).Use.Total);
        bed.Issue("reviews", "reviews", replaces: second.Serial);
        bed.Authority.DropRoot();
    }

    [Fact]
    public void DropRoot_WhenAllHaveExpired_IsDone()
    {
        using var bed = new AuthorityBed();
        bed.Issue();
        bed.Authority.AddRoot();
        bed.Authority.Reissue();

        bed.Time.Advance(TimeSpan.FromHours(24));
        bed.Authority.DropRoot();

        Assert.Single(bed.Authority.Bundles.Own!.Roots);
    }

    [Fact]
    public void DropRoot_ByForce_SaysWhoIsCutOff()
    {
        using var bed = new AuthorityBed();
        bed.Logs.Expect("RootDroppedByForce");
        var issued = bed.Issue();
        bed.Authority.AddRoot();
        bed.Authority.Reissue();

        bed.Authority.DropRoot(force: true);

        Assert.False(bed.Verify(issued).IsAccepted);
        Assert.Contains(bed.Logs.Entries, entry => entry.EventName == "RootDroppedByForce" && entry.Message.Contains("sa/reviews", StringComparison.Ordinal));
    }

    [Fact]
    public void DropRoot_BeyondWhatIsRemembered_StillWaits()
    {
        using var bed = new AuthorityBed(settings => settings with { IndexLimit = 2 });
        foreach (var number in Enumerable.Range(0, 5))
        {
            bed.Issue($"sa-{number}");
        }

        bed.Authority.AddRoot();
        bed.Authority.Reissue();
        Assert.Equal(5, Assert.Throws<RootInUseException>(() => bed.Authority.DropRoot()).Use.Total);

        bed.Time.Advance(TimeSpan.FromHours(24));
        bed.Authority.DropRoot();
    }

    [Fact]
    public void Steps_OutOfOrder_AreRefused()
    {
        using var bed = new AuthorityBed();
        Assert.Throws<AuthorityException>(() => bed.Authority.Reissue());
        Assert.Throws<AuthorityException>(() => bed.Authority.DropRoot());

        var added = bed.Authority.AddRoot();
        Assert.Throws<AuthorityException>(() => bed.Authority.AddRoot());
        Assert.Throws<AuthorityException>(() => bed.Authority.DropRoot(bed.Authority.Status().Roots[0].Name));

        // A root that never issued is taken back.
        bed.Authority.DropRoot(added.Name);
        Assert.Single(bed.Authority.Status().Roots);
    }

    [Fact]
    public void Status_InTheMiddleOfARotation_TellsTheStates()
    {
        using var bed = new AuthorityBed();
        bed.Authority.AddRoot();
        Assert.Equal(["issuing", "pending"], bed.Authority.Status().Roots.Select(root => root.State));

        bed.Authority.Reissue();
        Assert.Equal(["issuing", "former"], bed.Authority.Status().Roots.Select(root => root.State));
    }

    [Fact]
    public void BundlesChanged_OnEveryStep_IsRaised()
    {
        using var bed = new AuthorityBed();
        var roots = new List<int>();
        bed.Authority.BundlesChanged += () => roots.Add(bed.Authority.Bundles.Own!.Roots.Length);

        bed.Authority.AddRoot();
        bed.Authority.Reissue();
        bed.Authority.DropRoot();

        Assert.Equal([2, 2, 1], roots);
    }

    [Fact]
    public void Tokens_OfEveryStep_VouchForTheRootsOfThatTime()
    {
        using var bed = new AuthorityBed();
        bed.Authority.AddRoot();
        var text = bed.Tokens.CreateIdentity(AuthorityBed.Id(), TimeSpan.FromHours(1)).Text;

        Assert.True(TokenText.TryParse(text, out var token));
        Assert.Equal(2, token.Pins.Length);
        Assert.All(bed.Authority.Bundles.Own!.Roots, root => Assert.True(token.IsPinned(root)));
    }

    [Fact]
    public void Intermediate_AtHalfOfItsLife_IsReplacedUnderTheSameRoot()
    {
        using var bed = new AuthorityBed(settings => settings with { IntermediateLifetime = TimeSpan.FromDays(10) });
        var before = bed.Issue();

        bed.Time.Advance(TimeSpan.FromDays(5));
        var after = bed.Issue();

        Assert.NotEqual(before.Chain[1], after.Chain[1]);
        Assert.Equal(before.Chain[2], after.Chain[2]);
        Assert.True(bed.Verify(after).IsAccepted);
        bed.Reopen();
        Assert.Equal(after.Chain[1], bed.Issue().Chain[1]);
    }

    [Fact]
    public void Intermediate_ThatExpiredWhileNobodyWasThere_IsReplacedAtStart()
    {
        using var bed = new AuthorityBed(settings => settings with { IntermediateLifetime = TimeSpan.FromDays(10) });
        bed.Close();
        bed.Time.Advance(TimeSpan.FromDays(30));

        bed.Reopen();

        Assert.True(bed.Verify(bed.Issue()).IsAccepted);
    }

    [Fact]
    public void Root_ThatHasExpired_EndsTheStartWithWhatToDo()
    {
        using var bed = new AuthorityBed(settings => settings with { RootLifetime = TimeSpan.FromDays(10) });
        bed.Close();
        bed.Time.Advance(TimeSpan.FromDays(11));

        var refusal = Assert.Throws<AuthorityException>(() => bed.Reopen());

        Assert.Contains("authority.json", refusal.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(bed.Folder, "authority.json"));
        bed.Reopen();
        Assert.True(bed.Verify(bed.Issue()).IsAccepted);
    }

    [Fact]
    public void Root_NearItsEnd_IsWarnedOfOnceADay()
    {
        using var bed = new AuthorityBed(settings => settings with { RootLifetime = TimeSpan.FromDays(10) });
        bed.Logs.Expect("AuthorityEnds");

        bed.Time.Advance(TimeSpan.FromDays(9.5));

        Assert.InRange(bed.Logs.Entries.Count(entry => entry.EventName == "AuthorityEnds"), 1, 2);
    }

    [Fact]
    public void Files_OfADroppedRoot_AreGone()
    {
        using var bed = new AuthorityBed();
        bed.Authority.AddRoot();
        bed.Authority.Reissue();
        bed.Authority.DropRoot();

        Assert.Single(Directory.GetFiles(bed.Folder, "root-*.key.pem"));
        Assert.Single(Directory.GetFiles(bed.Folder, "issuer-*.key.pem"));
    }
}
