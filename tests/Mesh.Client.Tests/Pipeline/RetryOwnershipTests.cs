using System.Net;
using Mesh.Client.Propagation;

namespace Mesh.Client.Tests.Pipeline;

public sealed class RetryOwnershipTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("x-mesh-retries-exhausted", true)]
    [InlineData("x-envoy-overloaded", true)]
    [InlineData("retry-after", false)]
    public void IsExhausted_OfAFailingResponse_ReadsItsMark(string? header, bool expected)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        if (header is not null)
        {
            response.Headers.TryAddWithoutValidation(header, "1");
        }

        Assert.Equal(expected, RetryOwnership.IsExhausted(response));
    }

    [Fact]
    public void IsExhausted_MarkInTheTrailers_IsSeen()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK);
        response.TrailingHeaders.TryAddWithoutValidation(RetryOwnership.ExhaustedHeader, "1");

        Assert.True(RetryOwnership.IsExhausted(response));
    }

    [Fact]
    public void GiveUp_ForARequestBeingServed_IsKeptForItsAnswer()
    {
        var context = new CallContext();

        RetryOwnership.GiveUp(null);
        RetryOwnership.GiveUp(context);

        Assert.True(context.RetriesExhausted);
    }
}
