using System.Diagnostics;
using System.Text;
using Mesh.Client.Fallback.Snapshots;
using Mesh.Client.Identity.Documents;
using Mesh.Client.Identity.Keeping;
using Mesh.Client.Xds.Resources;
using Mesh.Protocol.Spiffe;
using Mesh.Testing.Logging;
using Mesh.Testing.Spiffe;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Reliability;

/// <summary>A snapshot that cannot be believed is left alone with one word, and the one before it serves (fault matrix B04).</summary>
public sealed class SnapshotStoreTests : IDisposable
{
    private const string Alice = "spiffe://cluster.local/ns/default/sa/alice";
    private const string Owner = Alice + " reviews";
    private const string Name = "reviews.snapshot";

    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(7);

    private readonly SvidAuthority _authority = new(now: Now);
    private readonly TemporaryFolder _folder = new();
    private readonly LogCollector _logs = new();

    public static TheoryData<bool> Seals => [true, false];

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
        _logs.VerifyNoUnexpected();
    }

    [Theory]
    [MemberData(nameof(Seals))]
    public void B02_WhatWasWritten_IsReadByTheNextProcess(bool hasIdentity)
    {
        Assert.True(Store(hasIdentity).Write(Content("1"), Now));

        var (content, confirmedAt) = Store(hasIdentity).Read(Now + MaxAge)!.Value;
        Assert.Equal(Owner, content.Owner);
        var resource = Assert.Single(content.Resources);
        Assert.Equal(("type", "name", "1"), (resource.TypeUrl, resource.Name, resource.Version));
        Assert.Equal("bytes"u8, resource.Bytes.Span);
        Assert.Equal(Now, confirmedAt);
    }

    [Theory]
    [MemberData(nameof(Seals))]
    public void B04_NewestIsTruncatedOrChangedAnywhere_TheOneBeforeServes(bool hasIdentity)
    {
        var store = Store(hasIdentity);
        store.Write(Content("1"), Now);
        store.Write(Content("2"), Now);
        Assert.Equal("2", VersionOf(store));
        var whole = File.ReadAllBytes(_folder[Name]);
        var random = new Random(7);

        for (var round = 0; round < 60; round++)
        {
            var broken = round % 2 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            if (round % 2 == 1)
            {
                broken[random.Next(broken.Length)] ^= (byte)(1 << random.Next(8));
            }

            File.WriteAllBytes(_folder[Name], broken);
            Assert.Equal("1", VersionOf(store));
        }
    }

    [Theory]
    [MemberData(nameof(Seals))]
    public void B04_NothingCanBeBelieved_IsOneWarning(bool hasIdentity)
    {
        _logs.Expect("SnapshotIgnored");
        var store = Store(hasIdentity);
        store.Write(Content("1"), Now);
        File.WriteAllText(_folder[Name], "half a");
        File.WriteAllBytes(_folder[Name + ".previous"], []);

        Assert.Null(store.Read(Now));
        Assert.Null(Store(hasIdentity, "spiffe://cluster.local/ns/default/sa/alice other").Read(Now));

        Assert.Equal(2, _logs.Entries.Count(entry => entry.EventName == "SnapshotIgnored"));
    }

    [Theory]
    [InlineData(true, "bob")]
    [InlineData(false, "bob")]
    public void B04_SnapshotOfAnotherWorkload_IsIgnored(bool hasIdentity, string other)
    {
        _logs.Expect("SnapshotIgnored");
        Store(hasIdentity, account: other).Write(Content("1") with { Owner = $"spiffe://cluster.local/ns/default/sa/{other} reviews" }, Now);

        Assert.Null(Store(hasIdentity).Read(Now));
    }

    [Fact]
    public void B04_SealOfAProcessWithoutIdentity_IsNoneForOneThatHasAnIdentity()
    {
        _logs.Expect("SnapshotIgnored");
        Store(hasIdentity: false).Write(Content("1"), Now);

        Assert.Null(Store(hasIdentity: true).Read(Now));
    }

    [Theory]
    [MemberData(nameof(Seals))]
    public void B04_TooOldOrFromTheFuture_IsIgnored(bool hasIdentity)
    {
        _logs.Expect("SnapshotIgnored");
        var store = Store(hasIdentity);
        store.Write(Content("1"), Now);

        Assert.Null(store.Read(Now + MaxAge + TimeSpan.FromSeconds(1)));
        Assert.Null(store.Read(Now - TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public void B04_NewerSchema_IsIgnoredAndNamed()
    {
        _logs.Expect("SnapshotIgnored");
        var seal = Seal(hasIdentity: true);
        var newer = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Content("1").Write()).Replace("\"schema\":1", "\"schema\":2", StringComparison.Ordinal));
        new OwnerOnlyFolder(_folder.Path).Write(Name, seal.Seal(newer, Now));

        Assert.Null(Store(true).Read(Now));
        Assert.Contains("expected schema 1, got 2", _logs.Entries.Single(entry => entry.EventName == "SnapshotIgnored").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void B04_FileThatOthersMayWrite_IsIgnored()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _logs.Expect("SnapshotIgnored");
        var store = Store(false);
        store.Write(Content("1"), Now);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder[Name]));
        File.SetUnixFileMode(_folder[Name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);

        Assert.Null(store.Read(Now));
    }

    [Fact]
    public void B04_DiskIsFullOrFolderReadOnly_IsOneWarningAndNothingElse()
    {
        _logs.Expect("SnapshotNotWritten");
        File.WriteAllText(_folder["file"], "");
        var store = new SnapshotStore(new OwnerOnlyFolder(_folder["file"]), Name, Owner, Seal(true), MaxAge, _logs.CreateLogger<SnapshotStore>());

        Assert.False(store.Write(Content("1"), Now));
        Assert.False(store.Write(Content("2"), Now));

        Assert.Single(_logs.Entries, entry => entry.EventName == "SnapshotNotWritten");
    }

    [Fact]
    public void B04_TooLongToBeReadAgain_TheGenerationsStayAndNothingIsLeftBehind()
    {
        _logs.Expect("SnapshotNotWritten");
        var store = Store(true);
        store.Write(Content("1"), Now);
        var big = new HeldResource("type", "name", "2", new byte[SealedDocument.MaxLength]);

        Assert.False(store.Write(new SnapshotContent(Owner, [big]), Now));

        Assert.Equal("1", VersionOf(store));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Path), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B04_PipeInPlaceOfTheSnapshot_IsIgnoredAndNobodyWaitsForIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        _logs.Expect("SnapshotIgnored");
        using var made = Process.Start("mkfifo", ["-m", "600", _folder[Name]]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Null(await Task.Run(() => Store(false).Read(Now)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void B04_ProcessWasKilledWhileItWrote_TheRestIsRemoved()
    {
        File.WriteAllText(_folder[".reviews.snapshot.0123.mesh.tmp"], "half a");

        Store(true).Clean();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private string? VersionOf(SnapshotStore store) => store.Read(Now)?.Content.Resources[0].Version;

    private SnapshotStore Store(bool hasIdentity, string owner = Owner, string account = "alice") => new(
        new OwnerOnlyFolder(_folder.Path), Name, owner, Seal(hasIdentity, account), MaxAge, _logs.CreateLogger<SnapshotStore>());

    private ISnapshotSeal Seal(bool hasIdentity, string account = "alice") =>
        hasIdentity ? new IdentitySeal(new FixedIdentity(_authority, account), SpiffeId.Of("cluster.local", "default", account)) : new KeyFileSeal(new OwnerOnlyFolder(_folder.Path));

    private static SnapshotContent Content(string version) => new(Owner, [new HeldResource("type", "name", version, "bytes"u8.ToArray())]);
}
