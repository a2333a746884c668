using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Bookinfo.ProductPage.Sessions;

/// <summary>Remembers the user in a cookie that only this process can write and read.</summary>
internal sealed class Session(IDataProtectionProvider protection)
{
    /// <summary>Tells the services behind who the user is.</summary>
    public const string UserHeader = "end-user";

    private const string CookieName = "session";
    private const int MaxUserLength = 256;
    private readonly IDataProtector _protector = protection.CreateProtector("bookinfo.session");

    /// <summary>The signed-in user; null when nobody is, or when the cookie is not ours.</summary>
    public string? User(HttpContext context)
    {
        if (!context.Request.Cookies.TryGetValue(CookieName, out var cookie))
        {
            return null;
        }

        try
        {
            return _protector.Unprotect(cookie);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Any name is a user; a name that cannot be a header value is none.</summary>
    public void SignIn(HttpContext context, string user)
    {
        if (user.Length is 0 or > MaxUserLength || user.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            SignOut(context);
            return;
        }

        context.Response.Cookies.Append(CookieName, _protector.Protect(user), Options(context));
    }

    public static void SignOut(HttpContext context) => context.Response.Cookies.Delete(CookieName, Options(context));

    private static CookieOptions Options(HttpContext context) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = "/" };
}
