using Mesh.Telemetry.Exposition;

namespace Mesh.Telemetry.Tests.Exposition;

public sealed class ExpositionNegotiationTests
{
    [Theory]
    [InlineData("", "Text")]
    [InlineData("*/*", "Text")]
    [InlineData("text/html, */*;q=0.1", "Text")]
    [InlineData("text/plain;version=0.0.4", "Text")]
    [InlineData("application/openmetrics-text", "OpenMetrics")]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", "OpenMetrics")]
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;q=0.4,*/*;q=0.2", "OpenMetrics")]
    [InlineData("application/openmetrics-text;version=2.0.0,text/plain", "Text")]
    [InlineData("application/openmetrics-text;q=0.3,text/plain;q=0.9", "Text")]
    [InlineData("application/openmetrics-text;q=0", "Text")]
    [InlineData("not a header;;;", "Text")]
    public void Choose_ByTheAcceptHeader_IsWhatIsLikedMost(string accept, string expected) =>
        Assert.Equal(Enum.Parse<ExpositionFormat>(expected), ExpositionNegotiation.Choose([accept]));
}
