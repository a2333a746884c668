using Mesh.Client.Actions;

namespace Mesh.Client.Tests.Actions;

public sealed class ShadowAuthorityTests
{
    [Theory]
    [InlineData("reviews", "reviews-shadow")]
    [InlineData("reviews:9080", "reviews-shadow:9080")]
    [InlineData("[::1]", "[::1]-shadow")]
    [InlineData("[::1]:9080", "[::1]-shadow:9080")]
    public void Of_Authority_IsMarkedBeforeThePort(string authority, string expected) => Assert.Equal(expected, ShadowAuthority.Of(authority));
}
