using Mesh.Client.Transport;

namespace Mesh.Client.Tests.Transport;

public sealed class AdaptiveProtocolTests
{
    private readonly AdaptiveProtocol _protocol = new();

    [Fact]
    public void ChoosesHttp2_WhileCallsAreFew_IsFalse() =>
        Assert.All(Enumerable.Range(1, AdaptiveProtocol.ManyCalls - 1), calls => Assert.False(_protocol.ChoosesHttp2(calls)));

    [Fact]
    public void ChoosesHttp2_WhenCallsAreMany_IsTrueAtOnce() => Assert.True(_protocol.ChoosesHttp2(AdaptiveProtocol.ManyCalls));

    [Fact]
    public void ChoosesHttp2_AfterMany_StaysForSingleCalls()
    {
        _protocol.ChoosesHttp2(AdaptiveProtocol.ManyCalls);

        Assert.All(Enumerable.Range(1, AdaptiveProtocol.CalmCalls - 1), _ => Assert.True(_protocol.ChoosesHttp2(1)));
        Assert.False(_protocol.ChoosesHttp2(1));
        Assert.False(_protocol.ChoosesHttp2(1));
    }

    [Fact]
    public void ChoosesHttp2_WhenManyComeBack_CountsAnew()
    {
        _protocol.ChoosesHttp2(AdaptiveProtocol.ManyCalls);
        for (var round = 0; round < 3; round++)
        {
            Assert.All(Enumerable.Range(1, AdaptiveProtocol.CalmCalls - 1), _ => Assert.True(_protocol.ChoosesHttp2(1)));
            Assert.True(_protocol.ChoosesHttp2(AdaptiveProtocol.ManyCalls));
        }
    }

    [Fact]
    public void ChoosesHttp2_BetweenFewAndMany_KeepsWhatItIs()
    {
        const int Between = AdaptiveProtocol.FewCalls + 1;
        Assert.False(_protocol.ChoosesHttp2(Between));

        _protocol.ChoosesHttp2(AdaptiveProtocol.ManyCalls);

        Assert.All(Enumerable.Range(0, 3 * AdaptiveProtocol.CalmCalls), _ => Assert.True(_protocol.ChoosesHttp2(Between)));
    }
}
