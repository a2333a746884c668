using Mesh.ControlPlane.Authority.Issuance;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Tests.Authority;

/// <summary>What is remembered of what was issued.</summary>
public sealed class IssuanceLogTests
{
    [Fact]
    public void Unexpired_AfterARestart_IsWhatItWas()
    {
        using var bed = new AuthorityBed();
        bed.Issue("reviews", "reviews-v1");
        bed.Time.Advance(TimeSpan.FromMinutes(1));
        bed.Issue("ratings", "ratings-v1");
        var before = bed.Authority.Log.Unexpired();

        bed.Reopen();

        Assert.Equal(before, bed.Authority.Log.Unexpired());
        Assert.Equal(["spiffe://cluster.local/ns/default/sa/ratings", "spiffe://cluster.local/ns/default/sa/reviews"], before.Select(record => record.Identity));
        Assert.Equal("test", before[0].Caller);
    }

    [Fact]
    public void Unexpired_OfAnExpiredCertificate_IsWithoutIt()
    {
        using var bed = new AuthorityBed();
        bed.Issue(lifetime: TimeSpan.FromHours(1));
        bed.Time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(bed.Authority.Log.Unexpired());
        bed.Reopen();
        Assert.Equal(0, bed.Authority.Log.Count);
    }

    [Fact]
    public void Log_AboveItsLimit_IsSetAsideAndForgetsNothingThatCounts()
    {
        using var bed = new AuthorityBed(settings => settings with { LogLimit = 4096 });
        foreach (var number in Enumerable.Range(0, 200))
        {
            bed.Issue($"sa-{number}", lifetime: number % 10 == 0 ? TimeSpan.FromHours(24) : TimeSpan.FromSeconds(1));
            bed.Time.Advance(TimeSpan.FromSeconds(5));
        }

        bed.Reopen();

        Assert.Equal(20, bed.Authority.Log.Unexpired().Length);
        Assert.InRange(Directory.GetFiles(bed.Folder, "issuance*.jsonl").Length, 2, 5);
    }

    [Fact]
    public void Log_CutInItsLastLine_IsReadAndGoesOn()
    {
        using var bed = new AuthorityBed();
        bed.Issue("reviews");
        bed.Close();
        File.AppendAllText(Path.Combine(bed.Folder, IssuanceLog.DocumentName), "{\"serial\":\"00");

        bed.Reopen();
        bed.Issue("ratings");
        bed.Reopen();

        Assert.Equal(2, bed.Authority.Log.Unexpired().Length);
    }

    [Fact]
    public void Issue_ThatCannotBeRecorded_HandsOutNothing()
    {
        using var bed = new AuthorityBed();
        Directory.CreateDirectory(Path.Combine(bed.Folder, IssuanceLog.DocumentName));

        Assert.Throws<StateException>(() => bed.Issue());

        Directory.Delete(Path.Combine(bed.Folder, IssuanceLog.DocumentName));
    }
}
