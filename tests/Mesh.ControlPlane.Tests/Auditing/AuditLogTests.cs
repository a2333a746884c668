using System.Text;
using Mesh.ControlPlane.Auditing;
using Mesh.ControlPlane.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Mesh.Testing.Time;

namespace Mesh.ControlPlane.Tests.Auditing;

/// <summary>The audit log over a real state folder.</summary>
public sealed class AuditLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-audit-");
    private readonly FakeTimeProvider _time = new();
    private readonly StateFolder _state;

    public AuditLogTests() => _state = StateFolder.Open(_folder.FullName);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string FilePath => _state.Locate(AuditLog.DocumentName);

    public void Dispose()
    {
        _state.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Record_WhenItReturns_IsInTheFileAndFollowsTheEntryBefore()
    {
        await using var log = Open();
        await log.RecordAsync(Write("one"), Cancellation);
        await log.RecordAsync(Write("two"), Cancellation);

        var lines = await File.ReadAllLinesAsync(FilePath, Cancellation);
        var found = log.Find(new AuditQuery());

        Assert.Equal(2, lines.Length);
        Assert.Equal(["two", "one"], found.Select(entry => entry.Event.Target));
        Assert.Equal(found[1].Hash, found[0].Previous);
        Assert.Equal(new AuditVerdict(2, 1, 2, found[0].Hash, null), log.Verify());
    }

    [Fact]
    public async Task Log_OpenedAgain_GoesOnWhereItWas()
    {
        await using (var first = Open())
        {
            await first.RecordAsync(Write("one"), Cancellation);
        }

        await using var second = Open();
        await second.RecordAsync(Write("two"), Cancellation);

        Assert.Equal([2, 1], second.Find(new AuditQuery()).Select(entry => entry.Sequence));
        Assert.Null(second.Verify().Problem);
    }

    [Theory]
    [InlineData("changed", "entry 2 was changed")]
    [InlineData("removed", "entry 3 does not follow entry 1")]
    [InlineData("swapped", "entry 3 does not follow entry 1")]
    [InlineData("forged", "entry 3 does not follow entry 2")]
    [InlineData("noise", "is no entry")]
    public async Task Verify_OfALogThatSomebodyEdited_SaysWhere(string how, string problem)
    {
        await using (var log = Open())
        {
            await log.RecordAsync(Write("one"), Cancellation);
            await log.RecordAsync(Write("two"), Cancellation);
            await log.RecordAsync(Write("three"), Cancellation);
        }

        var lines = (await File.ReadAllLinesAsync(FilePath, Cancellation)).ToList();
        switch (how)
        {
            case "changed":
                lines[1] = lines[1].Replace("\"two\"", "\"TWO\"", StringComparison.Ordinal);
                break;
            case "removed":
                lines.RemoveAt(1);
                break;
            case "swapped":
                (lines[1], lines[2]) = (lines[2], lines[1]);
                break;
            case "forged":
                // A line that is right in itself, with a hash of its own.
                var before = StateJson.ParseLine<AuditEntry>(Encoding.UTF8.GetBytes(lines[0]))!;
                lines[1] = Encoding.UTF8.GetString(StateJson.ToLine(AuditChain.Follow(before, Write("forged"), _time.GetUtcNow()))).TrimEnd();
                break;
            default:
                lines.Insert(1, "{}");
                break;
        }

        await File.WriteAllLinesAsync(FilePath, lines, Cancellation);
        await using var edited = Open();

        Assert.Contains(problem, edited.Verify().Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_CutInTheMiddleOfALine_GoesOnAfterTheLastWholeOne()
    {
        await using (var log = Open())
        {
            await log.RecordAsync(Write("one"), Cancellation);
            await log.RecordAsync(Write("two"), Cancellation);
        }

        var content = await File.ReadAllBytesAsync(FilePath, Cancellation);
        await File.WriteAllBytesAsync(FilePath, content[..^20], Cancellation);
        await using var after = Open();
        await after.RecordAsync(Write("again"), Cancellation);

        Assert.Equal(["again", "one"], after.Find(new AuditQuery()).Select(entry => entry.Event.Target));
        Assert.Null(after.Verify().Problem);
    }

    [Fact]
    public async Task Log_ThatIsLong_IsKeptInFilesThatBelongTogether()
    {
        await using var log = new AuditLog(_state, _time, NullLogger<AuditLog>.Instance, fileLimit: 2_000);
        for (var number = 1; number <= 60; number++)
        {
            await log.RecordAsync(Write($"{number}"), Cancellation);
        }

        Assert.True(File.Exists(_state.Locate("audit.1.jsonl")));
        Assert.Equal(60, log.Find(new AuditQuery { Limit = 100 }).Length);
        Assert.Equal((60, 1, 60), (log.Verify().Entries, log.Verify().First, log.Verify().Last));
        Assert.Null(log.Verify().Problem);
    }

    [Fact]
    public async Task Walk_WhileFilesMoveOn_MeetsEveryEntryOnce()
    {
        await using var log = new AuditLog(_state, _time, NullLogger<AuditLog>.Instance, fileLimit: 400);
        var writing = Task.Run(
            async () =>
            {
                for (var number = 0; number < 400; number++)
                {
                    await log.RecordAsync(Write($"{number}"), Cancellation);
                }
            },
            Cancellation);

        while (!writing.IsCompleted)
        {
            Assert.Null(log.Verify().Problem);
            var found = log.Find(new AuditQuery { Limit = 1_000 }).Select(entry => entry.Sequence).ToArray();
            Assert.Equal(found.Distinct().OrderDescending(), found);
        }

        await writing;
    }

    [Fact]
    public async Task Notes_BeyondThePace_AreCountedAndNotLost()
    {
        await using var log = Open();
        for (var number = 0; number < 500; number++)
        {
            log.Note(new AuditEvent(AuditAction.Denied, "Somebody", "GET", "/api"));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        log.Note(new AuditEvent(AuditAction.Denied, "Somebody", "GET", "/last"));
        await log.RecordAsync(Write("end"), Cancellation);

        Assert.Equal(50, log.Find(new AuditQuery { Target = "/api", Limit = 1_000 }).Length);
        Assert.Equal("450 more were not written one by one", Assert.Single(log.Find(new AuditQuery { Action = AuditAction.Suppressed })).Event.Reason);
        Assert.Single(log.Find(new AuditQuery { Target = "/last" }));
    }

    [Fact]
    public async Task Find_ByEachFilter_GivesWhatMatches()
    {
        await using var log = Open();
        await log.RecordAsync(Write("/a") with { Namespace = "shop" }, Cancellation);
        _time.Advance(TimeSpan.FromHours(1));
        var noon = _time.GetUtcNow();
        await log.RecordAsync(Write("/b") with { Actor = "bob", Action = AuditAction.Denied }, Cancellation);
        await log.RecordAsync(Write("/c"), Cancellation);

        Assert.Equal([1], Numbers(new AuditQuery { Namespace = "shop" }));
        Assert.Equal([2], Numbers(new AuditQuery { Actor = "bob" }));
        Assert.Equal([2], Numbers(new AuditQuery { Action = AuditAction.Denied }));
        Assert.Equal([3, 2], Numbers(new AuditQuery { Since = noon }));
        Assert.Equal([1], Numbers(new AuditQuery { Until = noon }));
        Assert.Equal([3], Numbers(new AuditQuery { Target = "c" }));
        Assert.Equal([3], Numbers(new AuditQuery { Limit = 1 }));
        Assert.Equal([2, 1], Numbers(new AuditQuery { Before = 3 }));

        IEnumerable<long> Numbers(AuditQuery query) => log.Find(query).Select(entry => entry.Sequence);
    }

    [Fact]
    public async Task Record_ThatCannotBeWritten_FailsAndTheNextOneDoesNot()
    {
        await using var log = Open();
        await log.RecordAsync(Write("one"), Cancellation);
        File.Move(FilePath, FilePath + ".away");
        Directory.CreateDirectory(FilePath);

        await Assert.ThrowsAsync<StateException>(() => log.RecordAsync(Write("two"), Cancellation));

        Directory.Delete(FilePath);
        File.Move(FilePath + ".away", FilePath);
        await log.RecordAsync(Write("three"), Cancellation);
        Assert.Equal(["three", "one"], log.Find(new AuditQuery()).Select(entry => entry.Event.Target));
        Assert.Null(log.Verify().Problem);
    }

    [Fact]
    public async Task Records_OfManyAtOnce_AreAllThereInOneChain()
    {
        await using var log = Open();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => log.RecordAsync(Write($"{number}"), Cancellation)));

        Assert.Equal(200, log.Verify().Entries);
        Assert.Null(log.Verify().Problem);
        Assert.Equal(200, log.Find(new AuditQuery { Limit = 1_000 }).Select(entry => entry.Event.Target).Distinct().Count());
    }

    private static AuditEvent Write(string target) => new(AuditAction.Write, "ann", "PUT", target) { Code = 200 };

    private AuditLog Open() => new(_state, _time, NullLogger<AuditLog>.Instance);
}
