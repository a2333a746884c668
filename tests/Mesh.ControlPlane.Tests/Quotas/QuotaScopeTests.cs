using Mesh.ControlPlane.Quotas;

namespace Mesh.ControlPlane.Tests.Quotas;

/// <summary>Whose quotas a stream may use.</summary>
public sealed class QuotaScopeTests
{
    [Theory]
    [InlineData("default/reviews/all", true)]
    [InlineData("istio-system/all/all", true)]
    [InlineData("default2/reviews/all", false)]
    [InlineData("other/reviews/all", false)]
    [InlineData("default", false)]
    public void Includes_OfAProvenWorkload_IsItsOwnNamespaceAndTheMesh(string limit, bool isIncluded) =>
        Assert.Equal(isIncluded, new QuotaScope("default", static () => "istio-system").Includes(limit));

    [Fact]
    public void Includes_OfAnIdentityWithoutNamespace_IsTheMeshAlone()
    {
        Assert.False(new QuotaScope(null, static () => "istio-system").Includes("default/reviews/all"));
        Assert.True(new QuotaScope(null, static () => "istio-system").Includes("istio-system/all/all"));
    }
}
