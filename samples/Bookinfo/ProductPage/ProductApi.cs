using Bookinfo.ProductPage.Backends;
using Bookinfo.ProductPage.Sessions;

namespace Bookinfo.ProductPage;

/// <summary>The JSON interface: products, their details, reviews and ratings.</summary>
internal static class ProductApi
{
    public static void MapTo(WebApplication app)
    {
        var products = app.MapGroup("/api/v1/products");
        products.MapGet("", () => JsonAnswer.Of(new[] { Product.TheComedyOfErrors }));
        products.MapGet("/{id}", async (string id, HttpContext context, BookBackends backends, Session session) =>
            Answer(await backends.DetailsAsync(id, session.User(context), context.RequestAborted)));
        products.MapGet("/{id}/reviews", async (string id, HttpContext context, BookBackends backends, Session session) =>
            Answer(await backends.ReviewsAsync(id, session.User(context), context.RequestAborted)));
        products.MapGet("/{id}/ratings", async (string id, HttpContext context, BookBackends backends, Session session) =>
            Answer(await backends.RatingsAsync(id, session.User(context), context.RequestAborted)));
    }

    private static IResult Answer(BackendAnswer answer) => JsonAnswer.Of(answer.Body, answer.Status);
}
