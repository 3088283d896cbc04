/// Tokens made by joserfc, whose private keys are gone; all but those that say so are good from 2001 to 2033.
enum TokenVectors {
    static let keys = #"""
        {"keys": [{"n": "u8LBOexQBlVpF1JXmoq4yQXYckZthQdZ-FvVuamtyI_zmukk4WR_5sc4TAkbnebWXBHOoolWz9qRqJrXjMbDtLmaBwlowJTCP2BOsV5_DZ1bYMF9TBaVK2wCZBXBaOfXaN7XDeDLaLMRXTBFzL5fNLYDDduzX3rx6zgVEvyYCfRcz0CyhogpNLCufn4ykzwiNM-Pw98fkDyNc6FZOnExarPxx_ikL15nid4_aosIv8kqk8NdAqNiUvDBrARnrg_KewgDbIVRJ1__tTBPBWPWwsPltbzPtKiTL4dv0QLmvG6LAFHnz0sz_MWLlFPwp0lMS3O_F7XiK0hOO8CtfVe44Q", "e": "AQAB", "kid": "rsa", "use": "sig", "kty": "RSA"}, {"crv": "P-256", "x": "WSgXbWZ_N8hSHAFTyI9-gEr0JZyChcLMvltYebJqCXA", "y": "qEGMjugn461ffRNYckuU_RJH9yCRkubS7uhhipVmC2k", "kid": "ec", "kty": "EC"}, {"crv": "Ed25519", "x": "hNFpJlpjbC86UFs9pP38Qi9lnQG73v94BdEaT5Xd9wI", "kid": "ed", "kty": "OKP"}]}
        """#

    static let accepted: [String: String] = [
        "rsa":
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiaGVsaW9ncmFwaCIsInN1YiI6ImFkYSIsImV4cCI6MjAwMDAwMDAwMCwibmJmIjoxMDAwMDAwMDAwLCJpYXQiOjEwMDAwMDAwMDB9.f-IfH5-rs0Fnqd3omnCbyTMxXHPQUqjy8_azjxGzLfny2KadVNrh_PrrYJSlDKJ4k2jYNJiggdgL1oaq5tmmS83EAzkklDVRBkesH8qSP7htur1FZXSyGedufmklvjOamjUSYco_wFEoglx3lTYemp0BvxiaPAD3mnl35qVdqyOeK1EcKoN9YIYnGdI5FCsyGEufVjzOwa-LvYt162La8bZqK2hLXNW43GAl5fYqfnCR8wsv8RU1Zy3kbmWDmBrmAq8dofOjiOGvFreUjv08Uqi_EoALZg1H3ztdeVm8PEgAdB3UfW4wrqocQOxKxonVrwe-gzRSnF_YN3r2pjnp5g",
        "ec":
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiaGVsaW9ncmFwaCIsInN1YiI6ImFkYSIsImV4cCI6MjAwMDAwMDAwMCwibmJmIjoxMDAwMDAwMDAwLCJpYXQiOjEwMDAwMDAwMDB9.jHKxJdOjE3f0iMusVycruc5VMSfNLD4mlUxRJrymbBHpNeDpTsj72eJjVSKB_KHSI9x2BcE6HgzKv09bzmGzHA",
        "ed":
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiaGVsaW9ncmFwaCIsInN1YiI6ImFkYSIsImV4cCI6MjAwMDAwMDAwMCwibmJmIjoxMDAwMDAwMDAwLCJpYXQiOjEwMDAwMDAwMDB9.Al365prGubw2PnAcj1nCTn_6ZSiou0TueQILVWAJoQVC-tw8HHuaYEMjCYr8EMOfTVKO6a0CFHJuE_PQeO-2Cw",
        "withoutKid":
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiAiaGVsaW9ncmFwaCIsICJzdWIiOiAiYWRhIiwgImV4cCI6IDIwMDAwMDAwMDAsICJuYmYiOiAxMDAwMDAwMDAwLCAiaWF0IjogMTAwMDAwMDAwMH0.Nvq1BdoUaM2pWhsyyGeKiDLZHLfqe2yzs_KPeEAGv0H8Hsv7jcFMZyxRuvUsH3fjnftrPrsvOKayrkmUs-K4Eg",
        "severalAudiences":
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiBbIngiLCAiaGVsaW9ncmFwaCJdLCAic3ViIjogImFkYSIsICJleHAiOiAyMDAwMDAwMDAwLCAibmJmIjogMTAwMDAwMDAwMCwgImlhdCI6IDEwMDAwMDAwMDB9.68_Jss-7_Kff2K5HwO14iqkUXH6abRSM_awbu_j8e0cV_YWafrMsEYnekQAebbCvAvW0KPdsdn6l3zoiYNm9AA",
        "fractions":
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiAiaGVsaW9ncmFwaCIsICJzdWIiOiAiYWRhIiwgImV4cCI6IDE1MDAwMDAwMDAuNSwgIm5iZiI6IDEwMDAwMDAwMDAsICJpYXQiOiAxMDAwMDAwMDAwfQ.GcIGkVGq4RdmoSpQJfCaW_OeG8PgcRbtH84UllW1MoRVoJRDjI_qJj0yzrixE1w2odapKd1pkXgbgi-OdRf1DQ",
    ]

    static let refused: [String: String] = [
        "none":
            "eyJhbGciOiJub25lIn0.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiAiaGVsaW9ncmFwaCIsICJzdWIiOiAiYWRhIiwgImV4cCI6IDIwMDAwMDAwMDAsICJuYmYiOiAxMDAwMDAwMDAwLCAiaWF0IjogMTAwMDAwMDAwMH0.",
        "noneWithKid":
            "eyJhbGciOiJub25lIiwia2lkIjoicnNhIn0.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiAiaGVsaW9ncmFwaCIsICJzdWIiOiAiYWRhIiwgImV4cCI6IDIwMDAwMDAwMDAsICJuYmYiOiAxMDAwMDAwMDAwLCAiaWF0IjogMTAwMDAwMDAwMH0.",
        "hmacByPublicKey":
            "eyJhbGciOiJIUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiAiaGVsaW9ncmFwaCIsICJzdWIiOiAiYWRhIiwgImV4cCI6IDIwMDAwMDAwMDAsICJuYmYiOiAxMDAwMDAwMDAwLCAiaWF0IjogMTAwMDAwMDAwMH0.Dj5qfIAu0xk-wuGZG4DTUQPfzKYD_JIbDsjW_AdL1yI",
        "anotherAlgorithm":
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzM4NCIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiaGVsaW9ncmFwaCIsInN1YiI6ImFkYSIsImV4cCI6MjAwMDAwMDAwMCwibmJmIjoxMDAwMDAwMDAwLCJpYXQiOjEwMDAwMDAwMDB9.scLEJuovybzvSjo76RbnYrwQJbmYxpj6HIJ4QAP4UdgjuxVgjlbsQg0fiePy5uspkkxbEsJznX2KHZGFRyMCKi3NZw2URLRNyn28ZKqlcFOf9RaYNIEIJ0dzBO0MmyI5lO3CfKrEATRJuGijPbV-3K2EYBmjghFRtKhhHJjcmD0SvKKJaHuzIsl7DdGSVDd-bGc8VhOYJmfFv_YSx93iMt8dRZrVf9aN69wouj95eq2MPj9vJ5XPsw7a6x1Uj3k82cH4AgW2ihg-eodw4VtJ2_xojflprFlgUVuak1ZhfPUgrlRvw1_3akM7qHV58oO-jvrBDqVuXQLFagvpEUcX7A",
        "padding":
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJQUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiaGVsaW9ncmFwaCIsInN1YiI6ImFkYSIsImV4cCI6MjAwMDAwMDAwMCwibmJmIjoxMDAwMDAwMDAwLCJpYXQiOjEwMDAwMDAwMDB9.cRBb7AI25D1AV7YbdMCfo0EnZnD8PXg3h58UsT61uc7cPgeG7ywEet5wjr_fqRDQHt6DstCb5xwTdlVy7TFPVP9vxO_mJZizR_oDERt-3NCg_yQ9WHojpHPgr59CvfVvjQ-e2wy6NWkJNCFarp_267BPHGIdmvideVGcdSg2NXDi7euK7XAP2vlLIxQzS92wMRg-CQ9jL-0yozrGPo9uBH4VORSUtbZZTjTzISpcaeDbde1HL-gQHRIa93z90u7Olkf-s8YfJAIIYFFkJFK-76jIZdSnp2LfnRZASb0zmj8-R1LcKQL0g4KuGlaQee3l2erSpo1MWfOEGzkbAv8fVA",
        "anotherKey":
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiaGVsaW9ncmFwaCIsInN1YiI6ImFkYSIsImV4cCI6MjAwMDAwMDAwMCwibmJmIjoxMDAwMDAwMDAwLCJpYXQiOjEwMDAwMDAwMDB9.TsqC--lDg7cWEqRlalWWlE1I5SJwUx0AVMtN6GYO2eI_6ApVaK8UzJvRs-geeUQBDfgkDdROvUAdHgtdhCyMOYLNot28_8AoWXIBLMEufE9GEf0hrjkSuCM8T0Mff30M92rijk0W37PdmsrsCCgFNkA2dKET_jCmxa91XA3J8giNFjOHM90UHYsF_0yStrbjLeTwDBMSbFWRzUpnyRQcmBszsTpjyuUNh-tvIE8pv65bcLP375P5xcvtGmgRNCv5QdWE5vdTjk7DBSokYDZXPARHW7svCe7RhAhpdgDgeXK9_6kukNqzIEydrwQgbRVTl0QUOIdnqHAmA2L7P8othA",
        "unknownKid":
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiaGVsaW9ncmFwaCIsInN1YiI6ImFkYSIsImV4cCI6MjAwMDAwMDAwMCwibmJmIjoxMDAwMDAwMDAwLCJpYXQiOjEwMDAwMDAwMDB9.EbZITmSLh0vhjq6RBBaPttDxrPfJkyG6WXCQ68zZAiSwY-Eza2TMm7sLk7us3yoHQN7TAGPq8D82OXp00HdIEVfCw04C-2vEmR-BFuFQed5jxZt3EJJKUgUrFvpv-Zzo9q_NEreZAD4SiETHBd09QtCyjD9IUXBK28MkySeBXVnEQEzcb0DnzLt46HkUNB-IQlJeJUrPuIVhheIkuaPC7E2nr3R9HP8B8FZ6kIs7xnozKGDDIzpjUUJZdyuEFjITZ7a8flUZYPdpgaBy5iZBtAoaxsKs4hd1KmBV_7PXAUSvMF_-1hNzXC67Ghh-yhJRp7fx8yedj7Av8JCHFYvcew",
        "kidOfAnotherKind":
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiaGVsaW9ncmFwaCIsInN1YiI6ImFkYSIsImV4cCI6MjAwMDAwMDAwMCwibmJmIjoxMDAwMDAwMDAwLCJpYXQiOjEwMDAwMDAwMDB9.WOWEuouOZRYMaPnCecuzapOzOtMbcFuQanh3yVikx_E8homp_jXIME3AEVsFkAPM-rETPe2PMNyPTR23DOwjCSyiJIqBHTB__IeqkkH9BU-TOX7I39tuWVNR2nexRbvQbJvlRNOi_1Kmdsq9RIwhCu3CeiWPhrfAuGx0gupWZZn8uB__QS8wq61q0UhshSmoY-IbRAcGIgYOcWHYDrq-w5vu24U4cynMOkfoBS46F4I2egqcehMZMgliMHjmRiIG-3FnEG00N-Mo2u0GaSan4wOMUKp4b-CqfrlxUH0trMtEdjxNlqjyIFG1SsSvy4j1UUceYGzR8f5eOR_xXZRXRA",
        "noEnd":
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiAiaGVsaW9ncmFwaCIsICJzdWIiOiAiYWRhIiwgIm5iZiI6IDEwMDAwMDAwMDAsICJpYXQiOiAxMDAwMDAwMDAwfQ.qvKOfTRq-OSOc5m-2pi6mVVFvMqtTYLSoT5o5TmsDagZ1BMX_ssV5VjNtlyKoxDvMNxMAdW_sYftW8nVzaPgCg",
        "ended":
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiAiaGVsaW9ncmFwaCIsICJzdWIiOiAiYWRhIiwgImV4cCI6IDE0MDAwMDAwMDAsICJuYmYiOiAxMDAwMDAwMDAwLCAiaWF0IjogMTAwMDAwMDAwMH0.qc97YdIUCjMHTiGOy07qxVcr0SjydiLnaVyWxRLwC3VCEp7b80RrY-zpgC8fUT_aRKG6D4d3XLckgsM0ZyEjBA",
        "early":
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiAiaGVsaW9ncmFwaCIsICJzdWIiOiAiYWRhIiwgImV4cCI6IDIwMDAwMDAwMDAsICJuYmYiOiAxNjAwMDAwMDAwLCAiaWF0IjogMTAwMDAwMDAwMH0.H-MU-V7bTmk-Hhvf5C6ecDTspMbb5SsTKDbFzCV0ZO6uJPmLrp3bgPCKbYFomFu61SDrggcALHeTtsams-xmAA",
        "issuedLater":
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiAiaGVsaW9ncmFwaCIsICJzdWIiOiAiYWRhIiwgImV4cCI6IDIwMDAwMDAwMDAsICJuYmYiOiAxMDAwMDAwMDAwLCAiaWF0IjogMTYwMDAwMDAwMH0.3yR8vmXSj8r7hXNJvhlvckxkM218nVvtcWANGBlJm6Oj9mt-w72RDO8fHhSEYp2NiF69iXNYALtCc7yMYwz-Cw",
        "endAsText":
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiAiaGVsaW9ncmFwaCIsICJzdWIiOiAiYWRhIiwgImV4cCI6ICIyMDAwMDAwMDAwIiwgIm5iZiI6IDEwMDAwMDAwMDAsICJpYXQiOiAxMDAwMDAwMDAwfQ.9kEdywtJjlVK_2W3zQbhNKPgikA57Eti6aPIESH_q-s5HL9omOD_VaeHPZltTHd24PY2tAajdxuU0zN2uTwuAQ",
        "anotherIssuer":
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJpc3MiOiAiaHR0cHM6Ly94IiwgImF1ZCI6ICJoZWxpb2dyYXBoIiwgInN1YiI6ICJhZGEiLCAiZXhwIjogMjAwMDAwMDAwMCwgIm5iZiI6IDEwMDAwMDAwMDAsICJpYXQiOiAxMDAwMDAwMDAwfQ.-h7QuEBb31liBysHn_dHqD-p6M5qaXdGcjzx-pzRfD9hqAF_hjpwsw4rGY2OKFHMxqi-kBol_aJhB_zmjpVnDQ",
        "anotherAudience":
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiAieCIsICJzdWIiOiAiYWRhIiwgImV4cCI6IDIwMDAwMDAwMDAsICJuYmYiOiAxMDAwMDAwMDAwLCAiaWF0IjogMTAwMDAwMDAwMH0.ZnuxfmlkCmsRw6AXn-3QX77NMg4l4OhvTI54oUYFoBbyBvXCETtdprNvEqDE8KKsDNRxJ_JPEHfxCsXB4OWbBQ",
        "audiencesWithoutUs":
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiBbIngiLCAieSJdLCAic3ViIjogImFkYSIsICJleHAiOiAyMDAwMDAwMDAwLCAibmJmIjogMTAwMDAwMDAwMCwgImlhdCI6IDEwMDAwMDAwMDB9.aYx7SUrYZFpdzVBC2n8QZ2gqQsrGw9fWMfdE10il7CM7FLTUnYsWqmT9w8BjBJ4K_aDFCQFbrchaWiXmQeYfBw",
        "nobody":
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJleHAiOiAyMDAwMDAwMDAwfQ.7sq78Q5DaVLP_NGp8GhlAyyGYDmI8PJmQxVnPendw2ProEznYlrdIqJGgkusTGYi-2jheeOJObAQxQt-yLh2DA",
        "critical":
            "eyJhbGciOiAiRWREU0EiLCAia2lkIjogImVkIiwgImNyaXQiOiBbIngiXSwgIngiOiAxfQ.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJhdWQiOiAiaGVsaW9ncmFwaCIsICJzdWIiOiAiYWRhIiwgImV4cCI6IDIwMDAwMDAwMDAsICJuYmYiOiAxMDAwMDAwMDAwLCAiaWF0IjogMTAwMDAwMDAwMH0.VRl59YSGXaS4zxn9qOLCfzwzulf-Dg0tj7cIPSa_O32A26gmFxnan2l5Ks44Mgl_w7PPYA_zMKmUW8GKUSAACw",
        "memberTwice":
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiaGVsaW9ncmFwaCIsImV4cCI6MSwiZXhwIjoyMDAwMDAwMDAwfQ.y4jUhMMbyqROuNPfcQ00VlEzFKFxGhEHLMKjWtDjHsAf7aNb02644IHJ1a7ut6HOvg7FQsVhGyR-VK0iSiDcDw",
    ]
}
