using Bookinfo.ProductPage.Backends;
using Bookinfo.ProductPage.Pages;
using Bookinfo.ProductPage.Sessions;
using Microsoft.AspNetCore.DataProtection;

namespace Bookinfo.ProductPage;

/// <summary>The page of a book, put together from details and reviews; the front door of Bookinfo.</summary>
internal static class ProductPageService
{
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = ServiceHost.CreateBuilder(args);
        builder.AddMesh();
        configure?.Invoke(builder);

        // Keys live as long as the process: a restart signs everybody out, and nothing is written to the disk.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddSingleton<Session>();
        builder.Services.AddSingleton<RequestResultCounter>();
        builder.Services.AddSingleton(ServiceTree.From(builder.Configuration));
        BookBackends.AddTo(builder);

        var app = builder.Build();
        app.Use(RemoveForeignUser);
        app.UseMesh();
        app.UseStaticFiles();
        app.MapGet("/", Start);
        app.MapGet("/index.html", Start);
        app.MapGet("/health", () => Results.Text("Product page is healthy"));
        app.MapPost("/login", LoginAsync);
        app.MapGet("/logout", Logout);
        app.MapGet("/productpage", ProductAsync);
        app.MapGet("/metrics", (RequestResultCounter results) => Results.Text(results.Expose(), "text/plain; version=0.0.4; charset=utf-8"));
        ProductApi.MapTo(app);
        return app;
    }

    /// <summary>Who the user is comes from the signed session alone: the edge must not believe, or pass on, what a caller claims.</summary>
    private static Task RemoveForeignUser(HttpContext context, RequestDelegate next)
    {
        context.Request.Headers.Remove(Session.UserHeader);
        return next(context);
    }

    private static IResult Start(ServiceTree services) => StartPage.Render(services).ToResult();

    private static async Task<IResult> LoginAsync(HttpContext context, Session session)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        session.SignIn(context, form["username"].ToString());
        return BackToReferer(context);
    }

    private static IResult Logout(HttpContext context)
    {
        Session.SignOut(context);
        return BackToReferer(context);
    }

    private static async Task<IResult> ProductAsync(HttpContext context, BookBackends backends, Session session, IConfiguration configuration)
    {
        var user = session.User(context);
        var product = Product.TheComedyOfErrors;
        var details = await backends.DetailsAsync(product.IdText, user, context.RequestAborted);

        // Upstream's "productpage-v-flooding": extra calls one after another, answers ignored.
        for (var flood = configuration.GetValue("FLOOD_FACTOR", 0); flood > 0; flood--)
        {
            await backends.ReviewsAsync(product.IdText, user, context.RequestAborted);
        }

        var reviews = await backends.ReviewsAsync(product.IdText, user, context.RequestAborted);
        return ProductView.Render(product, details, reviews, user).ToResult();
    }

    private static IResult BackToReferer(HttpContext context)
    {
        var referer = context.Request.Headers.Referer.ToString();
        return Results.Redirect(Uri.IsWellFormedUriString(referer, UriKind.RelativeOrAbsolute) && referer.Length > 0 ? referer : "/productpage");
    }
}
