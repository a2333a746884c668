using System.Text;
using Mesh.ControlPlane.Authority;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Tests.Authority;

/// <summary>Keys at rest.</summary>
public sealed class StateFolderTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void S35_KeyThatOthersReach_EndsTheStart(UnixFileMode more)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists.");
        using var bed = new AuthorityBed();
        var key = Directory.GetFiles(bed.Folder, "*.key.pem")[0];
        SetMode(key, Owner | more);

        var refusal = Assert.Throws<StateException>(() => bed.Reopen());

        Assert.Contains(key, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("chmod 600", refusal.Message, StringComparison.Ordinal);
        SetMode(key, Owner);
        bed.Reopen();
    }

    [Fact]
    public void S35_DocumentThatOthersWrite_EndsTheStart()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists.");
        using var bed = new AuthorityBed();
        bed.Tokens.CreateIdentity(AuthorityBed.Id(), TimeSpan.FromHours(1));
        var tokens = Path.Combine(bed.Folder, "tokens.json");
        SetMode(tokens, Owner | UnixFileMode.OtherWrite);

        Assert.Contains(tokens, Assert.Throws<StateException>(() => bed.Reopen()).Message, StringComparison.Ordinal);
        SetMode(tokens, Owner);
        bed.Reopen();
    }

    [Fact]
    public void S35_EverythingWritten_IsForItsOwnerAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists.");
        using var bed = new AuthorityBed();
        bed.Tokens.CreateIdentity(AuthorityBed.Id(), TimeSpan.FromHours(1));
        bed.Authority.Revoke(bed.Issue().Serial, "test");

        Assert.All(Directory.GetFiles(bed.Folder), file => Assert.Equal(Owner, GetMode(file)));
        Assert.Equal(Owner | UnixFileMode.UserExecute, GetMode(bed.Folder));
    }

    [Fact]
    public void S35_FolderThatOthersWrite_EndsTheStart()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists.");
        using var bed = new AuthorityBed();
        SetMode(bed.Folder, Owner | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);

        Assert.Contains("chmod 700", Assert.Throws<StateException>(() => bed.Reopen()).Message, StringComparison.Ordinal);
        SetMode(bed.Folder, Owner | UnixFileMode.UserExecute);
        bed.Reopen();
    }

    [Fact]
    public void Open_WhileAnotherControlPlaneHasTheFolder_IsRefused()
    {
        using var bed = new AuthorityBed();

        Assert.Contains("in use", Assert.Throws<StateException>(() => StateFolder.Open(bed.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Restart_Always_KeepsTheRoot()
    {
        using var bed = new AuthorityBed();
        var before = bed.Issue();
        var pins = bed.Authority.Pins;

        bed.Reopen();

        Assert.Equal(pins, bed.Authority.Pins);
        Assert.True(bed.Verify(before).IsAccepted);
        Assert.True(bed.Verify(bed.Issue()).IsAccepted);
    }

    [Fact]
    public void Restart_InAnotherTrustDomain_IsRefused()
    {
        using var bed = new AuthorityBed();

        var refusal = Assert.Throws<AuthorityException>(() => bed.Reopen(settings => settings with { TrustDomain = "other.example" }));

        Assert.Contains("cluster.local", refusal.Message, StringComparison.Ordinal);
        bed.Reopen(settings => settings with { TrustDomain = AuthorityBed.TrustDomain });
    }

    [Fact]
    public void Restart_AfterACrashInAWrite_TakesTheOldContent()
    {
        using var bed = new AuthorityBed();
        var pins = bed.Authority.Pins;
        bed.Close();
        File.WriteAllText(Path.Combine(bed.Folder, "authority.json~"), "{ half");

        bed.Reopen();

        Assert.Equal(pins, bed.Authority.Pins);
    }

    [Theory]
    [InlineData("authority.json", "{")]
    [InlineData("authority.json", "null")]
    [InlineData("tokens.json", "[")]
    [InlineData("denylist.json", "\u0000")]
    public void Restart_WithADamagedDocument_NamesIt(string name, string content)
    {
        using var bed = new AuthorityBed();
        var file = Path.Combine(bed.Folder, name);
        var before = File.Exists(file) ? File.ReadAllBytes(file) : null;
        OwnerOnlyFile.Write(file, Encoding.UTF8.GetBytes(content));

        Assert.Contains(name, Assert.ThrowsAny<IOException>(() => bed.Reopen()).Message, StringComparison.Ordinal);
        File.Delete(file);
        if (before is not null)
        {
            OwnerOnlyFile.Write(file, before);
        }

        bed.Reopen();
    }

    [Fact]
    public void Restart_WithoutAKeyFile_NamesIt()
    {
        using var bed = new AuthorityBed();
        var key = Directory.GetFiles(bed.Folder, "issuer-*.key.pem")[0];
        var content = File.ReadAllBytes(key);
        File.Delete(key);

        Assert.Contains(Path.GetFileName(key), Assert.Throws<AuthorityException>(() => bed.Reopen()).Message, StringComparison.Ordinal);
        OwnerOnlyFile.Write(key, content);
        bed.Reopen();
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private static UnixFileMode GetMode(string path) => OperatingSystem.IsWindows() ? Owner : File.GetUnixFileMode(path);
}
