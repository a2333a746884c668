using Mesh.ControlPlane.Api.Tables;

namespace Mesh.ControlPlane.Tests.Api;

/// <summary>Ages as kubectl's users know them.</summary>
public sealed class AgeTests
{
    [Theory]
    [InlineData(-5, "<invalid>")]
    [InlineData(-1, "0s")]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(150, "2m30s")]
    [InlineData(3_600, "60m")]
    [InlineData(3 * 3_600, "3h")]
    [InlineData((7 * 3_600) + 1_800, "7h30m")]
    [InlineData(30 * 3_600, "30h")]
    [InlineData((3 * 86_400) + 3_600, "3d1h")]
    [InlineData(30 * 86_400, "30d")]
    [InlineData(800 * 86_400, "2y70d")]
    [InlineData(3_650L * 86_400, "10y")]
    public void Of_Seconds_IsWrittenInOneOrTwoUnits(long seconds, string expected) => Assert.Equal(expected, Age.Of(TimeSpan.FromSeconds(seconds)));
}
